import { countBytePairs } from './byte-pairs.js';
import { isSpace } from './space.js';
import { WordCache } from './word-cache.js';

/** Byte-pair merging is quadratic in the length of an unbroken run; longer runs are counted in pieces. */
const RUN_LIMIT_CHARS = 256;

const counts = new WordCache(countRun);

/**
 * Tokens of `text` in the o200k_base encoding, in linear time. The encoding splits text at white space before it merges
 * anything, so words are counted one by one and remembered.
 * Exact but for two rare cases, which count a token too many at most: a slash that begins a line after punctuation,
 * and runs of more than 256 characters without (or of) white space, which are counted in pieces.
 */
export function countTokens(text: string): number {
  let total = 0;
  for (let from = 0; from < text.length; ) {
    const to = wordEnd(text, from);
    total += counts.get(text.slice(from, to));
    from = to;
  }
  return total;
}

/**
 * A word with the spaces before it and the white space after it up to the last newline:
 *
 *   `The| end.\n\n|    Then| …`
 */
function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  while (at < text.length && !isSpace(text.charCodeAt(at))) at++;
  let end = at;
  for (; at < text.length && isSpace(text.charCodeAt(at)); at++)
    if (isNewline(text.charCodeAt(at))) end = at + 1;
  return end;
}

function isNewline(code: number): boolean {
  return code === 0x0a || code === 0x0d;
}

function countRun(run: string): number {
  if (run.length <= RUN_LIMIT_CHARS) return countBytePairs(run);
  let total = 0;
  for (let from = 0; from < run.length; from += RUN_LIMIT_CHARS)
    total += countBytePairs(run.slice(from, from + RUN_LIMIT_CHARS));
  return total;
}

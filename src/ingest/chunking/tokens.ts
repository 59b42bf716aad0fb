import { countTokens as countBpe } from 'gpt-tokenizer/encoding/o200k_base';

/** `<|endoftext|>` in a document is text like any other, not a control token. */
const AS_PLAIN_TEXT = { disallowedSpecial: new Set<string>() };

/** Byte-pair merging is quadratic in the length of an unbroken run; longer runs are counted in pieces. */
const RUN_LIMIT_CHARS = 256;
const LONG_RUN = new RegExp(`\\S{${RUN_LIMIT_CHARS + 1},}|\\s{${RUN_LIMIT_CHARS + 1},}`, 'g');

/**
 * Tokens of `text` in the o200k_base encoding. Exact, except that runs of more than 256 characters without (or of)
 * white space are counted in pieces of 256, which keeps the time linear.
 */
export function countTokens(text: string): number {
  if (text.length <= RUN_LIMIT_CHARS) return countBpe(text, AS_PLAIN_TEXT);
  let total = 0;
  let from = 0;
  for (const { 0: run, index } of text.matchAll(LONG_RUN)) {
    total += countBpe(text.slice(from, index), AS_PLAIN_TEXT) + countInPieces(run);
    from = index + run.length;
  }
  return total + countBpe(from === 0 ? text : text.slice(from), AS_PLAIN_TEXT);
}

function countInPieces(run: string): number {
  let total = 0;
  for (let from = 0; from < run.length; from += RUN_LIMIT_CHARS) {
    total += countBpe(run.slice(from, from + RUN_LIMIT_CHARS), AS_PLAIN_TEXT);
  }
  return total;
}

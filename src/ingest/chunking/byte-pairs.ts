import { createRequire } from 'node:module';
import type Encoding from 'gpt-tokenizer/encoding/o200k_base';

let loaded: typeof Encoding.countTokens | undefined;

/** `<|endoftext|>` in a document is text like any other, not a control token. */
const AS_PLAIN_TEXT = { disallowedSpecial: new Set<string>() };

/**
 * Tokens of a run of text in the o200k_base encoding. The table of 200,000 tokens takes 25 MB and 60 ms: it is loaded by
 * the first document that changed, not by a start that finds nothing to do.
 */
export function countBytePairs(run: string): number {
  loaded ??= (createRequire(import.meta.url)('gpt-tokenizer/encoding/o200k_base') as typeof Encoding)
    .countTokens;
  return loaded(run, AS_PLAIN_TEXT);
}

import { TokenCounter } from '../../tokens.js';
import type { StopRule } from './rule.js';

/** At most so many UTF-16 code units; a pair of surrogates is never split. */
export class CharacterRule implements StopRule {
  readonly name = 'characters';
  readonly reason = 'length';
  readonly holdFrom = undefined;
  cutAt: number | undefined;
  readonly #limit: number;
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(text: string): void {
    const room = this.#limit - this.#length;
    if (text.length > room) this.cutAt = this.#length + wholeCharacters(text, room);
    this.#length += text.length;
  }
}

/** At most so many estimated tokens. */
export class TokenRule implements StopRule {
  readonly name = 'tokens';
  readonly reason = 'length';
  readonly holdFrom = undefined;
  cutAt: number | undefined;
  readonly #limit: number;
  readonly #counter = new TokenCounter();
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(text: string): void {
    const taken = this.#counter.add(text, this.#limit);
    if (taken < text.length) this.cutAt = this.#length + wholeCharacters(text, taken);
    this.#length += text.length;
  }
}

/** The largest index up to `end` that does not stand inside a pair of surrogates. */
function wholeCharacters(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return end > 0 && last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}

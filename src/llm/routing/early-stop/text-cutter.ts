import type { StopRule } from './rule.js';

/** What may leave, and the rule that ended the answer behind it. */
export interface Cut {
  readonly text: string;
  readonly by: StopRule | undefined;
}

/** Applies rules to a text that comes in pieces: the earliest end wins, once no rule could still find an earlier one. */
export class TextCutter {
  readonly #rules: readonly StopRule[];
  #held = '';
  #heldFrom = 0;

  constructor(rules: readonly StopRule[]) {
    this.#rules = rules;
  }

  push(text: string): Cut {
    for (const rule of this.#rules) if (rule.cutAt === undefined) rule.push(text);
    this.#held += text;
    const by = this.#earliest();
    const end = this.#heldFrom + this.#held.length;
    const safe = Math.min(end, ...this.#rules.map((rule) => holdOf(rule)));
    if (by?.cutAt !== undefined && by.cutAt <= safe && !this.#mayTie(by.cutAt))
      return { text: this.#take(by.cutAt), by };
    return { text: this.#take(safe), by: undefined };
  }

  /** The text is complete: what a rule still hesitated about did not come. */
  end(): Cut {
    const by = this.#earliest();
    return { text: this.#take(by?.cutAt ?? Number.POSITIVE_INFINITY), by };
  }

  /** A rule that still hesitates at this very place may be the one that ends the answer there. */
  #mayTie(cutAt: number): boolean {
    return this.#rules.some((rule) => rule.cutAt === undefined && rule.holdFrom === cutAt);
  }

  #earliest(): StopRule | undefined {
    let earliest: StopRule | undefined;
    for (const rule of this.#rules) if (cutOf(rule) < cutOf(earliest)) earliest = rule;
    return earliest;
  }

  #take(until: number): string {
    const text = this.#held.slice(0, Math.max(0, until - this.#heldFrom));
    this.#heldFrom += text.length;
    this.#held = this.#held.slice(text.length);
    return text;
  }
}

function cutOf(rule: StopRule | undefined): number {
  return rule?.cutAt ?? Number.POSITIVE_INFINITY;
}

function holdOf(rule: StopRule): number {
  return rule.cutAt ?? rule.holdFrom ?? Number.POSITIVE_INFINITY;
}

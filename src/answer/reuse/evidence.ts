import type { Evidence, EvidenceRule } from './spec.js';

/** One name for a passage with its text: another text under the same id is another passage. */
function passageKey({ id, hash }: { readonly id: string; readonly hash: string }): string {
  return `${id}@${hash}`;
}

/** The passages of a prompt, best first, as evidence. */
export function evidenceOf(
  passages: readonly { readonly id: string; readonly hash: string }[],
  citedIds?: ReadonlySet<string>,
): Evidence {
  const keys = passages.map(passageKey);
  if (citedIds === undefined) return { passages: keys };
  return { passages: keys, cited: passages.filter(({ id }) => citedIds.has(id)).map(passageKey) };
}

/**
 * Whether an answer that was written from `kept` may serve a prompt that holds `asked`. The order of the passages does
 * not matter: an answer is replayed with the sources that it was written from, so its `[n]` keep pointing at their
 * passages, and what it says rests on the passages, not on their ranks. Ranks also differ between any two phrasings.
 */
export function isSameEvidence(asked: Evidence, kept: Evidence, rule: EvidenceRule): boolean {
  switch (rule.kind) {
    case 'same-set':
      return isSameSet(asked.passages, kept.passages);
    case 'leading':
      return (
        isSameSet(asked.passages.slice(0, rule.count), kept.passages.slice(0, rule.count)) &&
        isWithin(kept.cited ?? kept.passages, asked.passages)
      );
  }
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && isWithin(a, b) && isWithin(b, a);
}

function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  return part.every((key) => whole.includes(key));
}

/** What the reuse of answers for questions that mean the same takes and gives; it knows neither cache nor model. */

/** What kept two questions apart, in the order in which they are asked. */
export const GUARDS = [
  'number',
  'date',
  'unit',
  'version',
  'name',
  'negation',
  'polarity',
  'question-type',
  'scope',
  'direction',
  'content',
] as const;

export type GuardName = (typeof GUARDS)[number];

/** Whether one answer may serve two questions, as far as their words tell. */
export type GuardVerdict =
  /** `likeness`: how much of what both say is matched on the other side, 0 to 1. */
  | { readonly kind: 'agree'; readonly likeness: number }
  /** `left` and `right` are what each side has, in normalised form; empty where it has nothing of the kind. */
  | { readonly kind: 'differ'; readonly guard: GuardName; readonly left: string; readonly right: string };

/** The passages in a prompt, each as `passageKey` names it, best first. */
export interface Evidence {
  readonly passages: readonly string[];
  /** Of these, the ones that the kept answer cites; only kept questions have it. */
  readonly cited?: readonly string[];
}

/**
 * When two prompts rest on the same evidence. `same-set`: both hold the same passages with the same text, in any
 * order. `leading`: the first `count` passages of both are the same set, and the new prompt holds every passage that
 * the kept answer cites.
 */
export type EvidenceRule =
  | { readonly kind: 'same-set' }
  | { readonly kind: 'leading'; readonly count: number };

/** A question whose answer is kept. */
export interface KeptQuestion {
  readonly question: string;
  /** L2-normalised, from the embedder that the scope names. */
  readonly vector: Float32Array;
  readonly evidence: Evidence;
  /** Where the answer is: the `id` of its cache key. */
  readonly answerId: string;
}

export interface ReuseCandidate extends Omit<KeptQuestion, 'vector'> {
  /** Cosine with the question that is asked, −1 to 1. */
  readonly similarity: number;
}

export interface AskedQuestion {
  readonly question: string;
  readonly evidence: Evidence;
}

export type MissReason = 'no-candidate' | 'below-threshold' | 'evidence-differs' | `guard:${GuardName}`;

export type ReuseDecision =
  | { readonly kind: 'reuse'; readonly candidate: ReuseCandidate; readonly likeness: number }
  /** `nearest` is the candidate that the reason is about. */
  | { readonly kind: 'miss'; readonly reason: MissReason; readonly nearest?: ReuseCandidate };

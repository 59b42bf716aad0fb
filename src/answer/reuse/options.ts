import type { EvidenceRule } from './spec.js';

export interface ReuseOptions {
  /** Least cosine of two questions, 0 to 1. Belongs to the embedder; see docs/reference/semantic-cache.md. */
  readonly minSimilarity: number;
  /** Least likeness (`GuardVerdict`), 0 to 1, for questions with Hangul and for all others. */
  readonly minLikeness: { readonly korean: number; readonly other: number };
  readonly evidence: EvidenceRule;
  /** Nearest questions that are looked at, 1 to 100. */
  readonly candidates: number;
}

/** Chosen on the tuning halves of `npm run eval:semantic-cache`, with the built-in embedder. */
export const defaultReuseOptions: ReuseOptions = Object.freeze({
  minSimilarity: 0.4,
  minLikeness: Object.freeze({ korean: 0.82, other: 0.965 }),
  evidence: Object.freeze({ kind: 'same-set' }),
  candidates: 8,
});

export interface ReuseIndexOptions {
  /** Questions kept over all scopes; the one that was used longest ago goes first. */
  readonly maxEntries: number;
  /** Bytes of vectors and texts over all scopes, about. */
  readonly limitBytes: number;
  /** Vector components of one scope, which is what a scan reads: at most about 2 ms, less for the built-in embedder. */
  readonly maxScopeComponents: number;
}

export const defaultReuseIndexOptions: ReuseIndexOptions = Object.freeze({
  maxEntries: 50_000,
  limitBytes: 128_000_000,
  maxScopeComponents: 2_560_000,
});

export interface ShadowOptions {
  /** Share of hits for which the model is run too, 0 to 1. */
  readonly sampleRate: number;
  /** Outcomes that are remembered, newest last; the rates are about these. */
  readonly window: number;
}

export const defaultShadowOptions: ShadowOptions = Object.freeze({ sampleRate: 0.05, window: 1_000 });

import type { EvidenceRule } from './spec.js';

export interface ReuseOptions {
  /** Least cosine of two questions, 0 to 1. Belongs to the embedder; see docs/reference/semantic-cache.md. */
  readonly minSimilarity: number;
  /** Least share of what both questions say that is matched on the other side, 0 to 1. */
  readonly minLikeness: number;
  readonly evidence: EvidenceRule;
  /** Nearest questions that are looked at, 1 to 100. */
  readonly candidates: number;
}

/** Chosen on the tuning halves of `npm run eval:semantic-cache`, with the built-in embedder. */
export const defaultReuseOptions: ReuseOptions = Object.freeze({
  minSimilarity: 0.5,
  minLikeness: 0.8,
  evidence: Object.freeze({ kind: 'same-set' }),
  candidates: 8,
});

export interface ReuseIndexOptions {
  /** Questions kept over all scopes; the one that was used longest ago goes first. */
  readonly maxEntries: number;
  /** Bytes of vectors and texts over all scopes, about. */
  readonly limitBytes: number;
  /** Questions of one scope: bounds the time of a scan. */
  readonly maxScopeEntries: number;
}

export const defaultReuseIndexOptions: ReuseIndexOptions = Object.freeze({
  maxEntries: 50_000,
  limitBytes: 128_000_000,
  maxScopeEntries: 5_000,
});

export interface ShadowOptions {
  /** Share of hits for which the model is run too, 0 to 1. */
  readonly sampleRate: number;
  /** Outcomes that are remembered, newest last; the rates are about these. */
  readonly window: number;
}

export const defaultShadowOptions: ShadowOptions = Object.freeze({ sampleRate: 0.05, window: 1_000 });

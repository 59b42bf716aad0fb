import type { CacheKey } from '../../cache/index.js';
import type { CollectionState } from '../../retrieval/spec.js';
import type { Prepared } from '../prepare.js';
import type { Run } from '../run.js';
import type { AnswerRequest } from '../spec.js';
import type { Prompt } from '../write-prompt.js';
import type { KeptAnswer } from './kept.js';
import type { KeySettings } from './key.js';
import type { RecallPlan } from './policy.js';

/** A request that the cache may serve. */
export interface Asked {
  readonly request: AnswerRequest;
  readonly prepared: Prepared;
  readonly plan: Extract<RecallPlan, { kind: 'use' }>;
  readonly settings: KeySettings;
  /** Absent where nothing is searched, or the collection's state cannot be told. */
  readonly question?: { readonly key: CacheKey; readonly state: CollectionState };
}

export type Look =
  | { readonly kind: 'kept'; readonly kept: KeptAnswer }
  | { readonly kind: 'ask'; readonly asked: Asked; readonly prepared: Prepared }
  | { readonly kind: 'bypass'; readonly reason: string; readonly prepared: Prepared };

/** A question as it can be compared with others of its scope. */
export interface Posed {
  /** All that an answer depends on besides question and passages. */
  readonly scope: string;
  readonly vector: Float32Array;
  readonly question: string;
}

/** An answer that is not there yet. */
export interface Draft {
  readonly run: Run;
  readonly asked: Asked;
  readonly prompt: Prompt;
  /** Of the answer to be. */
  readonly id: string;
  /** Where questions that mean the same may share answers. */
  readonly posed?: Posed;
  /** Why no kept answer serves, where that is known better than `new`. */
  readonly missReason?: string;
}

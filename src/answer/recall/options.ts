import { MEGABYTE } from '../../core/index.js';
import {
  defaultReuseOptions,
  defaultShadowOptions,
  type ReuseOptions,
  type ShadowOptions,
} from '../reuse/index.js';

export interface RecallOptions {
  /** True: what one user was answered is kept for that user alone, by the request's `user`. */
  readonly perUser: boolean;
  /** Pace at which a kept answer is streamed; 0: all at once. */
  readonly replayTokensPerSecond: number;
  /** A larger answer is not kept. */
  readonly entryLimitBytes: number;
  /** Of an answer that is being written, for those who join it late or read it slowly. */
  readonly flightLimitBytes: number;
  readonly flightLimitItems: number;
  /** How long an answer is kept. */
  readonly keepMs: number;
  /** How long another node that is writing the answer is waited for. */
  readonly otherNodeWaitMs: number;
  /** Absent: only the very same question is answered from what is kept. */
  readonly semantic?: SemanticOptions;
}

/** One answer for questions that mean the same. */
export interface SemanticOptions {
  /** Where: in these collections; `*`: in all. */
  readonly collections: readonly string[];
  /** Answers of these models, whatever the collection; `*`: of all. */
  readonly models: readonly string[];
  readonly reuse: ReuseOptions;
  /** Bytes of questions and vectors in memory, about. */
  readonly memoryLimitBytes: number;
  readonly shadow: ShadowOptions;
}

export const defaultRecallOptions: RecallOptions = Object.freeze({
  perUser: false,
  replayTokensPerSecond: 0,
  entryLimitBytes: 1_000_000,
  flightLimitBytes: 8 * MEGABYTE,
  flightLimitItems: 200_000,
  keepMs: 24 * 3_600_000,
  otherNodeWaitMs: 60_000,
});

export const defaultSemanticOptions: SemanticOptions = Object.freeze({
  collections: Object.freeze([]),
  models: Object.freeze([]),
  reuse: defaultReuseOptions,
  memoryLimitBytes: 128 * MEGABYTE,
  shadow: defaultShadowOptions,
});

import type { ComputeCost } from '../spec.js';
import type { Counters } from '../statistics.js';

/** A value in memory. Its life moves in place: reading must not make garbage. */
export interface ValueEntry {
  readonly kind: 'value';
  readonly value: unknown;
  readonly storedAtMs: number;
  freshUntilMs: number;
  keepUntilMs: number;
  reads: number;
  /** After a failed renewal: not before this is it tried again. */
  retryAtMs: number;
  readonly tags: readonly string[];
  readonly cost: ComputeCost | undefined;
  readonly counters: Counters;
  /** What it takes in memory, with its key; set by the memory. */
  bytes: number;
}

/** A failure that is remembered. */
export interface FailureEntry {
  readonly kind: 'failure';
  readonly error: unknown;
  readonly keepUntilMs: number;
  readonly tags: readonly string[];
  readonly counters: Counters;
  /** What it takes in memory, with its key; set by the memory. */
  bytes: number;
}

export type MemoryEntry = ValueEntry | FailureEntry;

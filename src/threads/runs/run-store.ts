import type { ErrorData } from '../../core/index.js';
import { errorToData, NaraeError } from '../../core/index.js';
import type { DoubleTexting, LostTurn, RunInfo, RunStatus } from '../spec.js';

/** The thread of a run. */
export interface RunPlace {
  readonly tenant: string;
  readonly thread: string;
}

export interface NewRun extends RunPlace {
  readonly id: string;
  readonly strategy: DoubleTexting;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The process that has it. */
  readonly node: string;
  /** For its thread, should that process die. */
  readonly ifLost?: LostTurn;
}

/** A run whose process died before it had ended, and what its thread is owed. */
export interface LostRun {
  readonly run: string;
  /** When the death was noticed. */
  readonly endedAtMs: number;
  readonly turn: LostTurn;
}

/** A run as it is stored. */
export interface RunRecord extends RunInfo {
  readonly node: string;
}

export type RunEnd =
  | { readonly status: 'success' | 'interrupted' }
  | { readonly status: 'error' | 'timeout'; readonly error: ErrorData };

export type CancelAction = 'interrupt' | 'rollback';

/** What another process did. */
export type RunNews =
  | { readonly kind: 'cancel'; readonly run: string; readonly action: CancelAction }
  /** Something of a watched thread's runs may have changed. */
  | ({ readonly kind: 'changed' } & RunPlace)
  /** A process died, and owes the thread what its runs were asked. */
  | ({ readonly kind: 'lost' } & RunPlace);

export type StartOutcome =
  | { readonly kind: 'started'; readonly hasLost: boolean }
  /** Another is under way, in the process `node`. */
  | { readonly kind: 'waiting'; readonly node: string }
  /** It was ended or forgotten meanwhile. */
  | { readonly kind: 'over' };

export interface AddedRun {
  readonly createdAtMs: number;
  /** Live runs that came before it, oldest first. Where there are none it has started. */
  readonly ahead: readonly string[];
  /** The thread is owed turns of dead runs. */
  readonly hasLost: boolean;
}

export interface Swept {
  /** Runs that were found dead. */
  readonly dead: number;
  /** Threads that are owed turns of dead runs, as far as they were seen. */
  readonly lost: readonly RunPlace[];
}

/**
 * Where runs are recorded, so that they outlive their process. A thread's live runs stand in a queue; the first may
 * run. A live run that is not renewed in time is dead: every call that touches the queue ends it as failed first.
 */
export interface RunStore {
  /** Undefined: refused, by its strategy or because too many wait. */
  add(run: NewRun): Promise<AddedRun | undefined>;
  start(place: RunPlace, run: string): Promise<StartOutcome>;
  /** False when it was over already. */
  end(place: RunPlace, run: string, end: RunEnd): Promise<boolean>;
  /** Says that runs live; gives those that are to be cancelled. */
  renew(runs: readonly (RunPlace & { readonly run: string })[]): Promise<readonly RunNews[]>;
  /** Asks the process that has the run. Undefined where there is no such run. */
  cancel(place: RunPlace, run: string, action: CancelAction): Promise<RunRecord | undefined>;
  get(place: RunPlace, run: string): Promise<RunRecord | undefined>;
  find(tenant: string, run: string): Promise<RunRecord | undefined>;
  /** Newest first. */
  list(
    place: RunPlace,
    options: { readonly limit: number; readonly offset: number; readonly status?: RunStatus },
  ): Promise<readonly RunRecord[]>;
  /** Forgets a run. */
  remove(place: RunPlace, run: string): Promise<void>;
  /** Ends dead runs and forgets old ones, a bounded number at a time. */
  sweep(): Promise<Swept>;
  /** What the thread is owed, oldest first. */
  lost(place: RunPlace): Promise<readonly LostRun[]>;
  /** The thread has it now. */
  restored(place: RunPlace, run: string): Promise<void>;
  /** Hears what concerns this process, from now on. One listener. */
  listen(listener: (news: RunNews) => void): Promise<void>;
  /** News of a thread's runs come too, until the returned function is called. */
  watch(place: RunPlace): Promise<() => void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Stands for the error of a run whose process is gone; the store cannot write it in words. */
export const DEAD = 'dead';

export function readRunError(run: string, stored: string): ErrorData {
  if (stored !== DEAD) return JSON.parse(stored) as ErrorData;
  return errorToData(
    new NaraeError('run_failed', { values: { run, reason: 'the process that ran it is gone' } }),
  );
}

export function isLive(status: RunStatus): boolean {
  return status === 'pending' || status === 'running';
}

export function runNotFound(run: string): NaraeError {
  return new NaraeError('run_not_found', { values: { run }, field: 'run_id' });
}

/** What the outside sees of a run. */
export function runInfo({ node: _, ...info }: RunRecord): RunInfo {
  return info;
}

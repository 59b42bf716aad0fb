import { type Deferred, deferred, errorToData, NaraeError } from '../../core/index.js';
import type { RunRequest } from '../spec.js';
import type { RunLog } from './run-log.js';
import type { CancelAction, RunEnd, RunPlace } from './run-store.js';
import type { SharedLogWriter } from './shared-log.js';

/** Why a run is told to stop. The first reason counts, but a rollback also undoes what was only interrupted. */
export type StopReason = CancelAction | 'timeout' | 'lease-lost' | 'closing';

export interface LiveRunParts<Part> {
  readonly id: string;
  readonly request: RunRequest<Part>;
  readonly log: RunLog<Part>;
  readonly shared: SharedLogWriter<Part> | undefined;
  readonly timeoutMs: number;
}

/** A run that this process has: waiting for its turn, or under way. */
export class LiveRun<Part> {
  readonly id: string;
  readonly place: RunPlace;
  readonly request: RunRequest<Part>;
  readonly log: RunLog<Part>;
  /** Told when it is recorded, and its log ended. */
  readonly done: Deferred<void> = deferred();
  /** From its start to its end. */
  readonly timeoutMs: number;
  readonly #shared: SharedLogWriter<Part> | undefined;
  readonly #stop = new AbortController();
  #reason: StopReason | undefined;

  constructor({ id, request, log, shared, timeoutMs }: LiveRunParts<Part>) {
    this.id = id;
    this.place = { tenant: request.tenant, thread: request.thread };
    this.request = request;
    this.log = log;
    this.timeoutMs = timeoutMs;
    this.#shared = shared;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get reason(): StopReason | undefined {
    return this.#reason;
  }

  stop(reason: StopReason): void {
    if (this.#reason === undefined || reason === 'rollback') this.#reason = reason;
    if (!this.#stop.signal.aborted) this.#stop.abort(this.#stopError(reason));
  }

  write(parts: readonly Part[]): void {
    const events = this.log.push(parts);
    if (events.length > 0) this.#shared?.push(events);
  }

  /** What became of it, when `execute` rejected with an error or was never called. */
  failure(error: unknown): RunEnd {
    switch (this.#reason) {
      case 'interrupt':
      case 'rollback':
      case 'closing':
        return { status: 'interrupted' };
      case 'timeout':
        return { status: 'timeout', error: errorToData(this.signal.reason) };
      case 'lease-lost':
        return { status: 'error', error: errorToData(this.signal.reason) };
      case undefined:
        return { status: 'error', error: errorToData(error) };
    }
  }

  /** Tells the readers, those on other nodes too. */
  async endLog(error: NaraeError | undefined): Promise<void> {
    this.log.end(error === undefined ? { kind: 'end' } : { kind: 'fail', error });
    await this.#shared?.end();
  }

  #stopError(reason: StopReason): NaraeError {
    switch (reason) {
      case 'interrupt':
      case 'rollback':
        return new NaraeError('aborted');
      case 'closing':
        return new NaraeError('closing');
      case 'lease-lost':
        return new NaraeError('thread_lease_lost', { values: { thread: this.place.thread } });
      case 'timeout':
        return new NaraeError('deadline_exceeded', {
          values: { what: 'The run', seconds: this.timeoutMs / 1_000 },
        });
    }
  }
}

import { deferred, deriveSignal, errorFromData, type Handlers, NaraeError, Peer } from '../core/index.js';
import type { MetricSnapshot } from '../observe/index.js';
import type { Timers } from '../resilience/index.js';
import type { MetricSource } from './metrics-pool.js';
import type { LeaveOrder, PrimaryHears, StartOrder, WorkerHears } from './spec.js';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

/** What the primary does about a worker's news and calls; readiness is the worker's own affair. */
export type WorkerListener<Overview> = {
  readonly news: Omit<Handlers<PrimaryHears<Overview>>['news'], 'awake' | 'ready' | 'failed'>;
  readonly calls: Handlers<PrimaryHears<Overview>>['calls'];
};

export interface WorkerTools {
  readonly timers: Timers;
  readonly readyMs: number;
}

/** One process, as the primary sees it. */
export class Worker<Overview> implements MetricSource {
  readonly number: number;
  readonly pid: number;
  readonly peer: Peer<PrimaryHears<Overview>, WorkerHears>;
  /** What it serves; rejects when it cannot start, ends before it could, or takes too long. */
  readonly ready: Promise<Overview>;
  readonly exited: Promise<WorkerExit>;
  readonly startedAtMs: number;
  /** True from its readiness to its end, or to its being told to leave. */
  serves = false;
  /** It was told to leave; what it still does is its own affair. */
  isLeaving = false;
  #isAwake = false;
  readonly #process: WorkerProcess;
  readonly #timers: Timers;

  constructor(
    process: WorkerProcess,
    order: StartOrder,
    { timers, readyMs }: WorkerTools,
    listen: (worker: Worker<Overview>) => WorkerListener<Overview>,
  ) {
    this.number = order.worker;
    this.pid = process.pid;
    this.exited = process.exited;
    this.startedAtMs = timers.monotonicMs();
    this.#process = process;
    this.#timers = timers;
    const begun = deferred<Overview>();
    const { news, calls } = listen(this);
    this.peer = new Peer(`server ${order.worker}`, process, {
      news: {
        ...news,
        awake: () => {
          this.#isAwake = true;
          this.peer.tell('start', order);
        },
        ready: (overview) => {
          this.serves = true;
          begun.resolve(overview);
        },
        failed: (error) => begun.reject(errorFromData(error)),
      },
      calls,
    });
    this.ready = begun.promise;
    this.#bound(begun.reject, readyMs);
  }

  /** Tells it to leave and waits for its end; kills it when that takes longer than `limitMs`, or it holds nothing yet. */
  async dismiss(how: LeaveOrder, limitMs: number): Promise<void> {
    this.serves = false;
    this.isLeaving = true;
    if (this.#isAwake) this.peer.tell('leave', how);
    else this.kill();
    const cancel = this.#timers.after(limitMs, () => this.kill());
    await this.exited;
    cancel();
  }

  /** Lets go of the index within `limitMs`; who does not is killed, so that nobody else writes it. */
  async resign(limitMs: number): Promise<void> {
    using derived = deriveSignal(undefined, { deadlineMs: limitMs });
    try {
      await this.peer.call('resign', undefined, derived.signal);
    } catch {
      this.kill();
      await this.exited;
    }
  }

  metrics(signal: AbortSignal): Promise<MetricSnapshot> {
    return this.peer.call('metrics', undefined, signal);
  }

  mergeMetrics(snapshots: readonly MetricSnapshot[], signal: AbortSignal): Promise<MetricSnapshot> {
    return this.peer.call('merge', snapshots, signal);
  }

  kill(): void {
    this.#process.kill();
  }

  #bound(reject: (error: NaraeError) => void, readyMs: number): void {
    const late = (): void => {
      reject(this.#failure(`not ready after ${readyMs / 1000} s`));
      this.kill();
    };
    const cancel = this.#timers.after(readyMs, late);
    this.ready.then(cancel, cancel);
    void this.exited.then((exit) => {
      this.serves = false;
      reject(this.#failure(describeExit(exit)));
    });
  }

  #failure(reason: string): NaraeError {
    return new NaraeError('worker_failed', { values: { worker: `server ${this.number}`, reason } });
  }
}

export function describeExit({ code, signal }: WorkerExit): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

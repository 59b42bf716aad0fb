import type { Config, Served } from '../config/index.js';
import { deferred, errorFromData, NaraeError, toNaraeError } from '../core/index.js';
import type { IngestProgress, IngestReport } from '../ingest/spec.js';
import { backoffMs, systemTimers, type Timers } from '../resilience/index.js';
import { MetricsPool } from './metrics-pool.js';
import { defaultSupervisorLimits, type SupervisorLimits } from './options.js';
import { Port } from './port.js';
import type { IndexedNews, LeaveOrder, UploadOrder } from './protocol.js';
import { describeExit, Worker, type WorkerListener } from './worker.js';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

export interface SupervisorHooks {
  readonly onProgress?: (progress: IngestProgress) => void;
  readonly onReindexed?: (report: IngestReport) => void;
  /** What operators should know: a worker ended, a reload went wrong. */
  readonly onNotice?: (message: string) => void;
}

export interface SupervisorParts {
  readonly fork: () => WorkerProcess;
  readonly hooks?: SupervisorHooks;
  readonly limits?: Partial<SupervisorLimits>;
  /** Default: the system's. */
  readonly timers?: Timers;
}

/** What the first worker tells about the server. */
export interface ServedOverview {
  readonly url: string;
  readonly served: Served;
}

/** The folder as the leading worker brought it in. */
export interface Indexed<Overview> {
  readonly report: IngestReport | undefined;
  readonly overview: Overview;
}

/** A worker's place: who stands in it now, and how often those before died young. */
interface Slot<Overview> {
  readonly number: number;
  current: Worker<Overview> | undefined;
  failures: number;
  /** True while a reload takes care of the place. */
  isReplacing: boolean;
  cancelRestart: () => void;
}

/** Runs the workers of one server, from the primary. */
export class Supervisor<Overview extends ServedOverview> {
  /** Settles when the folder is in for the first time; rejects with what kept it out. */
  readonly indexed: Promise<Indexed<Overview>>;
  /** Rejects when no worker can be kept alive; never resolves. */
  readonly failed: Promise<never>;
  readonly #parts: SupervisorParts;
  readonly #limits: SupervisorLimits;
  readonly #timers: Timers;
  readonly #metrics: MetricsPool;
  #port: Port;
  readonly #slots: Slot<Overview>[] = [];
  /** Every process that has not ended, those that leave included. */
  readonly #live = new Set<Worker<Overview>>();
  readonly #firstIndexed = deferred<Indexed<Overview>>();
  readonly #failure = deferred<never>();
  #config: Config;
  #served: Served | undefined;
  #isIndexed = false;
  #leader: Worker<Overview> | undefined;
  #phase: 'starting' | 'running' | 'closing' = 'starting';
  #closing: Promise<void> | undefined;
  #reload: Promise<void> = Promise.resolve();

  constructor(config: Config, parts: SupervisorParts) {
    this.#config = config;
    this.#parts = parts;
    this.#limits = { ...defaultSupervisorLimits, ...parts.limits };
    this.#timers = parts.timers ?? systemTimers;
    this.#metrics = new MetricsPool(this.#limits.metricsMs);
    this.#port = new Port(config.server);
    this.indexed = this.#firstIndexed.promise;
    this.failed = this.#failure.promise;
    this.indexed.catch(() => {});
    this.failed.catch(() => {});
  }

  /** Starts the first worker, then the others. Rejects with the first one's failure; the others are tried again. */
  async start(): Promise<Overview> {
    const first = this.#addSlot();
    const worker = this.#launch(first.number, this.#config);
    first.current = worker;
    const overview = await worker.ready;
    this.#phase = 'running';
    this.#served = overview.served;
    this.#port.learn(overview.url);
    this.#giveLead(worker);
    const others = Array.from({ length: this.#config.server.workers - 1 }, () => this.#addSlot());
    await Promise.all(others.map((slot) => this.#fill(slot)));
    return overview;
  }

  /**
   * Replaces the workers one by one with ones of this configuration. Rejects when a new worker does not start: the
   * one that it was to replace goes on, and so does the old configuration. A further call waits for the one before.
   */
  reload(config: Config): Promise<void> {
    const next = this.#reload.catch(() => {}).then(() => this.#replaceAll(config));
    this.#reload = next;
    return next;
  }

  /** Lets answers under way end within the shutdown timeout, then ends every worker. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Cuts off what is under way in every worker. */
  cutOff(): void {
    for (const worker of this.#live) worker.peer.tell('cutOff', undefined);
  }

  async #close(): Promise<void> {
    this.#phase = 'closing';
    for (const slot of this.#slots) slot.cancelRestart();
    this.#firstIndexed.reject(new NaraeError('closing'));
    await Promise.all([...this.#live].map((worker) => this.#dismiss(worker, 'stop')));
  }

  #addSlot(): Slot<Overview> {
    const slot = {
      number: this.#slots.length,
      current: undefined,
      failures: 0,
      isReplacing: false,
      cancelRestart: () => {},
    };
    this.#slots.push(slot);
    return slot;
  }

  #launch(number: number, config: Config): Worker<Overview> {
    const order = {
      config: this.#port.applyTo(config),
      worker: number,
      indexed: this.#isIndexed,
      ...(this.#served && { served: this.#served }),
    };
    const tools = { timers: this.#timers, readyMs: this.#limits.readyMs };
    const worker = new Worker<Overview>(this.#parts.fork(), order, tools, (own) => this.#listener(own));
    this.#live.add(worker);
    worker.ready.catch(() => {});
    void worker.exited.then((exit) => this.#ended(worker, exit));
    return worker;
  }

  /** Puts a worker into an empty place. Never rejects: who does not start is tried again. */
  async #fill(slot: Slot<Overview>): Promise<void> {
    const worker = this.#launch(slot.number, this.#config);
    slot.current = worker;
    try {
      await worker.ready;
      if (slot.number === 0) this.#giveLead(worker);
    } catch (thrown) {
      this.#notice(`worker ${slot.number} did not start: ${toNaraeError(thrown).message}`);
    }
  }

  #giveLead(worker: Worker<Overview>): void {
    this.#leader = worker;
    worker.peer.tell('lead', undefined);
  }

  #ended(worker: Worker<Overview>, exit: WorkerExit): void {
    this.#live.delete(worker);
    if (this.#leader === worker) this.#leader = undefined;
    if (this.#live.size === 0) this.#port.keep();
    void this.#metrics.retire(worker, this.#serving());
    const slot = this.#slots[worker.number];
    if (slot?.current !== worker) return;
    slot.current = undefined;
    if (this.#phase === 'running' && !slot.isReplacing) this.#restartLater(slot, worker, exit);
  }

  #restartLater(slot: Slot<Overview>, worker: Worker<Overview>, exit: WorkerExit): void {
    const livedMs = this.#timers.monotonicMs() - worker.startedAtMs;
    slot.failures = livedMs >= this.#limits.stableMs ? 1 : slot.failures + 1;
    const reason = describeExit(exit);
    if (slot.failures >= this.#limits.maxFailures && this.#serving().length === 0) {
      const values = {
        worker: `server ${slot.number}`,
        reason: `${slot.failures} times in a row, ${reason}`,
      };
      this.#failure.reject(new NaraeError('worker_failed', { values }));
      return;
    }
    const delayMs = backoffMs(slot.failures, this.#limits.restart);
    this.#notice(`worker ${slot.number} ended (${reason}); another one starts in ${seconds(delayMs)}`);
    slot.cancelRestart = this.#timers.after(delayMs, () => void this.#fill(slot));
  }

  async #replaceAll(config: Config): Promise<void> {
    if (this.#phase !== 'running') return;
    const before = this.#port;
    this.#port = before.under(config.server);
    try {
      for (const slot of this.#slots.slice(0, config.server.workers)) {
        await this.#replace(slot, config);
        this.#config = config;
      }
    } catch (error) {
      if (this.#config !== config) this.#port = before;
      throw error;
    }
    await this.#resize(config.server.workers);
  }

  /** The new worker serves before the old one leaves. */
  async #replace(slot: Slot<Overview>, config: Config): Promise<void> {
    slot.isReplacing = true;
    slot.cancelRestart();
    try {
      const fresh = this.#launch(slot.number, config);
      const { url } = await fresh.ready;
      this.#port.learn(url);
      const old = slot.current;
      slot.current = fresh;
      slot.failures = 0;
      if (slot.number === 0) await this.#handLead(old, fresh);
      if (old !== undefined) await this.#dismiss(old, 'hand-over');
    } finally {
      slot.isReplacing = false;
      if (slot.current === undefined && this.#phase === 'running') void this.#fill(slot);
    }
  }

  async #handLead(old: Worker<Overview> | undefined, fresh: Worker<Overview>): Promise<void> {
    if (old !== undefined) await old.resign(this.#limits.resignMs);
    this.#giveLead(fresh);
  }

  async #resize(count: number): Promise<void> {
    const surplus = this.#slots.splice(count);
    for (const slot of surplus) slot.cancelRestart();
    await Promise.all(surplus.map(({ current }) => current && this.#dismiss(current, 'hand-over')));
    while (this.#slots.length < count && this.#phase === 'running') await this.#fill(this.#addSlot());
  }

  #dismiss(worker: Worker<Overview>, how: LeaveOrder): Promise<void> {
    const timeoutMs = this.#config.server.shutdownTimeoutSeconds * 1000;
    return worker.dismiss(how, timeoutMs + this.#limits.exitMarginMs + this.#limits.handOverMs);
  }

  #serving(): Worker<Overview>[] {
    return [...this.#live].filter(({ serves }) => serves);
  }

  #listener(worker: Worker<Overview>): WorkerListener<Overview> {
    const { hooks = {} } = this.#parts;
    return {
      news: {
        progress: (progress) => hooks.onProgress?.(progress),
        reindexed: (report) => hooks.onReindexed?.(report),
        indexed: (news) => this.#heardIndexed(news),
        counted: (snapshot) => this.#metrics.heard(worker, snapshot),
      },
      calls: {
        allMetrics: () => this.#metrics.collect([...this.#live]),
        upload: (order, signal) => this.#upload(order, signal),
      },
    };
  }

  #heardIndexed({ report, error, overview }: IndexedNews<Overview>): void {
    this.#isIndexed = true;
    for (const worker of this.#live) worker.peer.tell('indexed', undefined);
    if (error !== undefined) this.#firstIndexed.reject(errorFromData(error));
    else this.#firstIndexed.resolve({ report, overview });
  }

  #upload(order: UploadOrder, signal: AbortSignal): Promise<IngestReport> {
    if (this.#leader !== undefined) return this.#leader.peer.call('upload', order, signal);
    const values = { worker: 'indexing', reason: 'it is being replaced' };
    return Promise.reject(new NaraeError('worker_failed', { values, status: 503, retryAfterSeconds: 1 }));
  }

  #notice(message: string): void {
    this.#parts.hooks?.onNotice?.(message);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

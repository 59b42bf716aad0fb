import type { Config, Served } from '../config/index.js';
import { type Deferred, deferred, NaraeError, toNaraeError } from '../core/index.js';
import type { IngestProgress, IngestReport } from '../ingest/spec.js';
import type { MetricSnapshot } from '../observe/index.js';
import { systemTimers, type Timers } from '../resilience/index.js';
import { type Indexed, Lead } from './lead.js';
import { LeaseDesk } from './lease-desk.js';
import { MetricsPool } from './metrics-pool.js';
import { defaultSupervisorLimits, type SupervisorLimits } from './options.js';
import { Port } from './port.js';
import { Slot } from './slot.js';
import type { LeaveOrder } from './spec.js';
import { describeExit, Worker, type WorkerListener } from './worker.js';
import { WorkerCounts } from './worker-counts.js';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

export interface SupervisorHooks {
  readonly onProgress?: (progress: IngestProgress) => void;
  readonly onReindexed?: (report: IngestReport) => void;
  /** What operators should know: a worker ended, another one starts. */
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

/** Runs the workers of one server, from the primary. */
export class Supervisor<Overview extends ServedOverview> {
  readonly #hooks: SupervisorHooks;
  readonly #fork: () => WorkerProcess;
  readonly #limits: SupervisorLimits;
  readonly #timers: Timers;
  readonly #metrics: MetricsPool;
  readonly #counts = new WorkerCounts();
  readonly #lead: Lead<Overview>;
  readonly #leases = new LeaseDesk<Worker<Overview>>();
  readonly #slots: Slot<Overview>[] = [];
  /** Every process that has not ended, those that leave included. */
  readonly #live = new Set<Worker<Overview>>();
  readonly #failure: Deferred<never> = deferred();
  #config: Config;
  #port: Port;
  #served: Served | undefined;
  #phase: 'starting' | 'running' | 'closing' = 'starting';
  #closing: Promise<void> | undefined;
  #reload: Promise<unknown> = Promise.resolve();

  constructor(config: Config, { fork, hooks = {}, limits, timers = systemTimers }: SupervisorParts) {
    this.#config = config;
    this.#fork = fork;
    this.#hooks = hooks;
    this.#timers = timers;
    this.#limits = { ...defaultSupervisorLimits, ...limits };
    this.#metrics = new MetricsPool(this.#limits.metricsMs);
    this.#lead = new Lead(this.#limits.resignMs);
    this.#port = new Port(config.server);
    this.failed.catch(() => {});
  }

  /** Settles when the folder is in for the first time; rejects with what kept it out. */
  get indexed(): Promise<Indexed<Overview>> {
    return this.#lead.indexed;
  }

  /** Rejects when no worker can be kept alive; never resolves. */
  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  /** Starts the first worker, then the others. Rejects with the first one's failure; the others are tried again. */
  async start(): Promise<Overview> {
    const first = this.#addSlot();
    const worker = this.#launch(first, this.#config);
    first.current = worker;
    const overview = await worker.ready;
    this.#phase = 'running';
    this.#served = overview.served;
    this.#port.learn(overview.url);
    this.#lead.give(worker);
    const others = Array.from({ length: this.#config.server.workers - 1 }, () => this.#addSlot());
    await Promise.all(others.map((slot) => this.#fill(slot)));
    return overview;
  }

  /**
   * Replaces the workers one by one with ones of this configuration; resolves with where the server is then. Rejects
   * when a new worker does not start: the one that it was to replace goes on. Calls wait for those before.
   */
  reload(config: Config): Promise<string> {
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
    this.#lead.close();
    await Promise.all([...this.#live].map((worker) => this.#dismiss(worker, 'stop')));
  }

  #addSlot(): Slot<Overview> {
    const slot = new Slot<Overview>(this.#slots.length);
    this.#slots.push(slot);
    return slot;
  }

  #launch(slot: Slot<Overview>, config: Config): Worker<Overview> {
    const order = {
      config: this.#port.applyTo(config),
      worker: slot.number,
      indexed: this.#lead.isIndexed,
      ...(this.#served && { served: this.#served }),
    };
    const tools = { timers: this.#timers, readyMs: this.#limits.readyMs };
    const worker = new Worker<Overview>(this.#fork(), order, tools, (own) => this.#listener(own));
    this.#live.add(worker);
    worker.ready.catch(() => {});
    void worker.exited.then((exit) => this.#ended(slot, worker, exit));
    return worker;
  }

  /** Puts a worker into an empty place. Never rejects: who does not start is tried again. */
  async #fill(slot: Slot<Overview>): Promise<void> {
    const worker = this.#launch(slot, this.#config);
    slot.current = worker;
    try {
      await worker.ready;
      if (slot.number === 0) this.#lead.give(worker);
    } catch (thrown) {
      this.#notice(`worker ${slot.number} did not start: ${toNaraeError(thrown).message}`);
    }
  }

  #ended(slot: Slot<Overview>, worker: Worker<Overview>, exit: WorkerExit): void {
    this.#live.delete(worker);
    if (!worker.isLeaving || exit.code !== 0) this.#counts.exited(slot.number, exit);
    this.#leases.ended(worker);
    this.#lead.ended(worker);
    if (this.#live.size === 0) this.#port.keep();
    void this.#metrics.retire(worker, this.#serving());
    if (slot.current !== worker) return;
    slot.current = undefined;
    if (this.#phase === 'running' && !slot.isReplacing) this.#restartLater(slot, worker, describeExit(exit));
  }

  #restartLater(slot: Slot<Overview>, { startedAtMs }: Worker<Overview>, reason: string): void {
    const delayMs = slot.died(this.#timers.monotonicMs() - startedAtMs, this.#limits);
    if (slot.failures >= this.#limits.maxFailures && this.#serving().length === 0) {
      this.#failure.reject(gaveUp(slot, reason));
      return;
    }
    const wait = (delayMs / 1000).toFixed(1);
    this.#notice(`worker ${slot.number} ended (${reason}); another one starts in ${wait} s`);
    slot.willRestart(this.#timers.after(delayMs, () => this.#refill(slot)));
  }

  #refill(slot: Slot<Overview>): void {
    this.#counts.restarted('crash');
    void this.#fill(slot);
  }

  async #replaceAll(config: Config): Promise<string> {
    if (this.#phase !== 'running') throw new NaraeError('closing');
    const before = this.#port;
    this.#port = before.under(config.server);
    let url = '';
    try {
      for (const slot of this.#slots.slice(0, config.server.workers)) {
        url = await this.#replace(slot, config);
        this.#config = config;
      }
    } catch (error) {
      if (this.#config !== config) this.#port = before;
      throw error;
    }
    await this.#resize(config.server.workers);
    return url;
  }

  /** The new worker serves before the old one leaves. */
  async #replace(slot: Slot<Overview>, config: Config): Promise<string> {
    slot.isReplacing = true;
    slot.cancelRestart();
    try {
      const fresh = this.#launch(slot, config);
      const { url } = await fresh.ready;
      this.#port.learn(url);
      const old = slot.current;
      slot.taken(fresh);
      this.#counts.restarted('reload');
      if (slot.number === 0) await this.#lead.hand(old, fresh);
      if (old !== undefined) await this.#dismiss(old, 'hand-over');
      return url;
    } finally {
      slot.isReplacing = false;
      if (slot.current === undefined && this.#phase === 'running') this.#refill(slot);
    }
  }

  async #resize(count: number): Promise<void> {
    const surplus = this.#slots.splice(count);
    for (const slot of surplus) slot.cancelRestart();
    const leaving = surplus.map(({ current }) => current).filter((worker) => worker !== undefined);
    for (const slot of surplus) slot.current = undefined;
    await Promise.all(leaving.map((worker) => this.#dismiss(worker, 'hand-over')));
    while (this.#slots.length < count && this.#phase === 'running') await this.#fill(this.#addSlot());
  }

  #dismiss(worker: Worker<Overview>, how: LeaveOrder): Promise<void> {
    const { exitMarginMs, handOverMs } = this.#limits;
    const timeoutMs = this.#config.server.shutdownTimeoutSeconds * 1000;
    return worker.dismiss(how, timeoutMs + exitMarginMs + handOverMs);
  }

  #serving(): Worker<Overview>[] {
    return [...this.#live].filter(({ serves }) => serves);
  }

  #listener(worker: Worker<Overview>): WorkerListener<Overview> {
    return {
      news: {
        progress: (progress) => this.#hooks.onProgress?.(progress),
        reindexed: (report) => this.#hooks.onReindexed?.(report),
        indexed: (news) => {
          this.#lead.heard(news);
          for (const other of this.#live) other.peer.tell('indexed', undefined);
        },
        counted: (snapshot) => this.#metrics.heard(worker, snapshot),
        leaseOver: (token) => this.#leases.over(worker, token),
      },
      calls: {
        allMetrics: () => this.#allMetrics(),
        upload: (order, signal) => this.#lead.upload(order, signal),
        lease: (order, signal) => this.#leases.grant(worker, order, signal),
      },
    };
  }

  async #allMetrics(): Promise<readonly MetricSnapshot[]> {
    const staff = { serving: this.#serving().length, configured: this.#slots.length };
    return [...(await this.#metrics.collect([...this.#live])), this.#counts.snapshot(staff)];
  }

  #notice(message: string): void {
    this.#hooks.onNotice?.(message);
  }
}

function gaveUp({ number, failures }: { number: number; failures: number }, reason: string): NaraeError {
  return new NaraeError('workers_failed', { values: { worker: number, times: failures, reason } });
}

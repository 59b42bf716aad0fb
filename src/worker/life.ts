import { type Channel, deferred, errorToData, NaraeError, Peer } from '../core/index.js';
import type { IngestProgress, IngestReport, IngestService } from '../ingest/spec.js';
import type { MetricSnapshot } from '../observe/index.js';
import type { Leases } from '../redis/spec.js';
import type {
  IndexedNews,
  LeaveOrder,
  PrimaryHears,
  StartOrder,
  UploadOrder,
  WorkerHears,
} from '../workers/spec.js';

import { PrimaryLeases } from './primary-leases.js';

/** The server that a worker runs. */
export interface WorkerServer<Overview> {
  overview(): Promise<Overview>;
  /** Settles when the folder is in. */
  lead(): Promise<IngestReport | undefined>;
  resign(): Promise<void>;
  /** Another worker has brought the folder in. */
  settle(): void;
  readonly ingestUploads: IngestService['ingestUploads'];
  metrics(): Promise<MetricSnapshot>;
  mergeMetrics(snapshots: readonly MetricSnapshot[]): Promise<MetricSnapshot>;
  close(how: LeaveOrder): Promise<void>;
  cutOff(): void;
}

/** What a worker's server uses of the others. */
export interface Fellows {
  readonly ingestUploads: IngestService['ingestUploads'];
  allMetrics(): Promise<readonly MetricSnapshot[]>;
  progress(progress: IngestProgress): void;
  reindexed(report: IngestReport): void;
  /** For what one of all workers does at a time. */
  readonly leases: Leases;
  /** The last word: what this worker has counted. */
  counted(snapshot: MetricSnapshot): void;
}

export type StartServer<Overview> = (order: StartOrder, fellows: Fellows) => Promise<WorkerServer<Overview>>;

/** Longer than the primary waits for the slowest of all workers. */
const METRICS_MS = 10_000;
/** For callers without a signal; uploads have limits of their own. */
const NEVER = new AbortController().signal;

/** A worker from its first order to its end. */
export class WorkerLife<Overview> {
  /** Resolves with the exit code once everything is closed. */
  readonly over: Promise<number>;
  readonly #peer: Peer<WorkerHears, PrimaryHears<Overview>>;
  readonly #start: StartServer<Overview>;
  readonly #end = deferred<number>();
  readonly #uploads = new Set<Promise<unknown>>();
  #server: WorkerServer<Overview> | undefined;
  #leads = false;
  /** Heard, perhaps while the server was still starting. */
  #isIndexed = false;
  #left = false;

  constructor(channel: Channel, start: StartServer<Overview>) {
    this.#start = start;
    this.over = this.#end.promise;
    this.#peer = new Peer('primary', channel, {
      news: {
        start: (order) => void this.#begin(order),
        lead: () => void this.#lead(),
        indexed: () => {
          this.#isIndexed = true;
          this.#server?.settle();
        },
        leave: (how) => this.leave(how),
        cutOff: () => this.#server?.cutOff(),
      },
      calls: {
        resign: () => this.#resign(),
        upload: (order, signal) => this.#upload(order, signal),
        metrics: async () => this.#running().metrics(),
        merge: async (snapshots) => this.#running().mergeMetrics(snapshots),
      },
    });
    this.#peer.tell('awake', undefined);
    // Without the primary nobody would replace this worker, nor end it.
    channel.onClose(() => this.leave('stop'));
  }

  /** Ends in good order; called again with `stop`, in a hurry. */
  leave(how: LeaveOrder): void {
    if (this.#server === undefined) {
      this.#end.resolve(0);
      return;
    }
    const closing = this.#server.close(how);
    if (this.#left) return;
    this.#left = true;
    closing.then(
      () => this.#end.resolve(0),
      () => this.#end.resolve(1),
    );
  }

  async #begin(order: StartOrder): Promise<void> {
    try {
      const server = await this.#start(order, this.#fellows());
      this.#server = server;
      if (order.indexed || this.#isIndexed) server.settle();
      this.#peer.tell('ready', await server.overview());
    } catch (thrown) {
      this.#peer.tell('failed', errorToData(thrown));
      this.#end.resolve(1);
    }
  }

  async #lead(): Promise<void> {
    this.#leads = true;
    const news = await this.#bringIn();
    if (this.#leads && !this.#left) this.#peer.tell('indexed', news);
  }

  /** Never rejects: a folder that stays out, or an index that cannot be looked at, is no reason to end. */
  async #bringIn(): Promise<IndexedNews<Overview>> {
    try {
      const server = this.#running();
      const report = await server.lead();
      return { ...(report && { report }), overview: await server.overview() };
    } catch (thrown) {
      return { error: errorToData(thrown) };
    }
  }

  /** Documents that are being taken in are taken in to the end: they were promised to somebody. */
  async #resign(): Promise<undefined> {
    this.#leads = false;
    await this.#running().resign();
    await Promise.allSettled(this.#uploads);
  }

  #fellows(): Fellows {
    return {
      ingestUploads: (uploads, { tenant, collection, signal = NEVER }) => {
        const order = { uploads, tenant, collection };
        return this.#leads ? this.#upload(order, signal) : this.#peer.call('upload', order, signal);
      },
      allMetrics: () => this.#peer.call('allMetrics', undefined, AbortSignal.timeout(METRICS_MS)),
      leases: new PrimaryLeases(this.#peer),
      progress: (progress) => this.#peer.tell('progress', progress),
      reindexed: (report) => this.#peer.tell('reindexed', report),
      counted: (snapshot) => this.#peer.tell('counted', snapshot),
    };
  }

  #upload({ uploads, tenant, collection }: UploadOrder, signal: AbortSignal): Promise<IngestReport> {
    const work = this.#running().ingestUploads(uploads, { tenant, collection, signal });
    this.#uploads.add(work);
    const forget = (): void => void this.#uploads.delete(work);
    work.then(forget, forget);
    return work;
  }

  #running(): WorkerServer<Overview> {
    if (this.#server === undefined) throw new NaraeError('closing');
    return this.#server;
  }
}

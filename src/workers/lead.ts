import { type Deferred, deferred, errorFromData, NaraeError } from '../core/index.js';
import type { IngestReport } from '../ingest/spec.js';
import type { IndexedNews, UploadOrder } from './spec.js';
import type { Worker } from './worker.js';

/** The folder as the leading worker brought it in. */
export interface Indexed<Overview> {
  readonly report: IngestReport | undefined;
  readonly overview: Overview;
}

/** Knows which worker changes the index: at most one at any moment. */
export class Lead<Overview> {
  readonly #resignMs: number;
  readonly #first: Deferred<Indexed<Overview>> = deferred();
  #leader: Worker<Overview> | undefined;
  #isIndexed = false;

  /** `resignMs`: how long a worker may take to let go of the index. */
  constructor(resignMs: number) {
    this.#resignMs = resignMs;
    this.#first.promise.catch(() => {});
  }

  /** Settles when the folder is in for the first time; rejects with what kept it out. */
  get indexed(): Promise<Indexed<Overview>> {
    return this.#first.promise;
  }

  /** Whether some worker has brought the folder in already. */
  get isIndexed(): boolean {
    return this.#isIndexed;
  }

  give(worker: Worker<Overview>): void {
    this.#leader = worker;
    worker.peer.tell('lead', undefined);
  }

  /** `old` has let go of the index, or is dead, before `fresh` begins. */
  async hand(old: Worker<Overview> | undefined, fresh: Worker<Overview>): Promise<void> {
    if (old !== undefined && old === this.#leader) await old.resign(this.#resignMs);
    this.give(fresh);
  }

  ended(worker: Worker<Overview>): void {
    if (this.#leader === worker) this.#leader = undefined;
  }

  heard(news: IndexedNews<Overview>): void {
    this.#isIndexed = true;
    if ('error' in news) this.#first.reject(errorFromData(news.error));
    else this.#first.resolve({ report: news.report, overview: news.overview });
  }

  upload(order: UploadOrder, signal: AbortSignal): Promise<IngestReport> {
    if (this.#leader !== undefined) return this.#leader.peer.call('upload', order, signal);
    const values = { worker: 'indexing', reason: 'it is being replaced' };
    return Promise.reject(new NaraeError('worker_failed', { values, status: 503, retryAfterSeconds: 1 }));
  }

  close(): void {
    this.#first.reject(new NaraeError('closing'));
  }
}

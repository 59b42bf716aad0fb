import { resolve } from 'node:path';
import { type ErrorCode, NaraeError, newId, toNaraeError } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import type { DocumentOrigin, DocumentStore } from '../../retrieval/spec.js';
import { type IngestSettings, resolveIngestSettings } from '../options.js';
import type { RunEvent } from '../pipeline/index.js';
import type { EmbedderChangeOptions, IngestOptions, IngestReport, IngestService, Upload } from '../spec.js';
import type { IngestSource } from '../worker/protocol.js';
import { ChangeAnnouncer } from './change-announcer.js';
import { JobQueue } from './job-queue.js';
import { superviseJob } from './supervisor.js';
import { WorkerHost } from './worker-host.js';

export interface IngestServiceParts {
  /** The worker's module, which calls `serveIngest`. */
  readonly script: URL;
  /** Handed to the worker: how to open the index. Must be structured data. */
  readonly workerData: object;
  readonly settings?: Partial<IngestSettings>;
  /** Read after each commit, to tell the sinks what the collection has become. */
  readonly collections: Pick<DocumentStore, 'getCollection'>;
  readonly events: EventSink;
}

/** Ingest in a worker thread of its own, with a memory limit. See `IngestService`. */
export class WorkerIngestService implements IngestService {
  readonly #settings: IngestSettings;
  readonly #queue: JobQueue;
  /** Changes of embedders have a queue of their own: they may take hours, and ingest goes on beside them. */
  readonly #changes: JobQueue;
  readonly #host: WorkerHost;
  readonly #announcer: ChangeAnnouncer;
  readonly #events: EventSink;
  readonly #closing = new AbortController();

  constructor({ script, workerData, settings, collections, events }: IngestServiceParts) {
    this.#settings = resolveIngestSettings(settings);
    const { maxParallelJobs, maxWaitingJobs, memoryLimitMb, idleWorkerMs } = this.#settings;
    this.#queue = new JobQueue({ maxParallel: maxParallelJobs, maxWaiting: maxWaitingJobs });
    this.#changes = new JobQueue({ maxParallel: 1, maxWaiting: maxWaitingJobs });
    this.#host = new WorkerHost({
      script,
      workerData: { ...workerData, settings: this.#settings },
      memoryLimitMb,
      idleMs: idleWorkerMs,
    });
    this.#announcer = new ChangeAnnouncer(collections, events);
    this.#events = events;
  }

  ingestFolder(folder: string, options: IngestOptions): Promise<IngestReport> {
    return this.#submit({ kind: 'folder', folder: resolve(folder) }, 'folder', options);
  }

  ingestUploads(uploads: readonly Upload[], options: IngestOptions): Promise<IngestReport> {
    return this.#submit({ kind: 'uploads', uploads }, 'upload', options);
  }

  changeEmbedder(options: EmbedderChangeOptions): Promise<{ readonly chunksEmbedded: number }> {
    const { tenant, collection, onProgress } = options;
    const change = async () => {
      const signal = this.#signalOf(options);
      const result = await this.#host.with((client) =>
        client.call('changeEmbedder', { tenant, collection }, { signal, onProgress }),
      );
      this.#announcer.announce(tenant, collection);
      await this.#announcer.settled(tenant, collection);
      return result;
    };
    return this.#changes.run(`${tenant}\n${collection}`, change, options.signal);
  }

  /** Aborts what runs, refuses what waits, ends the worker. What was committed stays. */
  async close(): Promise<void> {
    this.#closing.abort(new NaraeError('closing'));
    await Promise.all([this.#queue.close(), this.#changes.close()]);
    await this.#host.close();
  }

  #submit(source: IngestSource, origin: DocumentOrigin, options: IngestOptions): Promise<IngestReport> {
    const key = `${options.tenant}\n${options.collection}`;
    return this.#queue.run(key, () => this.#run(source, origin, options), options.signal);
  }

  async #run(source: IngestSource, origin: DocumentOrigin, options: IngestOptions): Promise<IngestReport> {
    const { tenant, collection } = options;
    const jobId = newId('job');
    const startedMs = performance.now();
    this.#events({ type: 'ingest-started', jobId, collection, origin });
    const finish = (end: JobEnd): void => {
      const durationMs = performance.now() - startedMs;
      this.#events({ type: 'ingest-finished', jobId, collection, durationMs, ...end });
    };
    const signal = this.#signalOf(options);
    try {
      const onEvent = (event: RunEvent): void => this.#receive(event, options);
      const job = { tenant, collection, source, signal, onEvent };
      const report = await superviseJob(this.#host, job, this.#settings);
      await this.#announcer.settled(tenant, collection);
      finish(successOf(report));
      return report;
    } catch (thrown) {
      finish(failureOf(thrown));
      throw thrown;
    }
  }

  #signalOf({ signal }: { readonly signal?: AbortSignal }): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
  }

  #receive(event: RunEvent, { tenant, collection, onProgress }: IngestOptions): void {
    switch (event.type) {
      case 'progress':
        onProgress?.(event.progress);
        return;
      case 'file-failed': {
        const { source, code, message } = event.failure;
        this.#events({ type: 'ingest-file-failed', collection, source, code, reason: message });
        return;
      }
      case 'committed':
        this.#announcer.announce(tenant, collection);
    }
  }
}

interface JobEnd {
  readonly outcome: 'ok' | 'error' | 'aborted';
  readonly documents: number;
  readonly chunksEmbedded: number;
  readonly chunksReused: number;
  readonly errorCode?: ErrorCode;
}

function successOf({ documents, chunks }: IngestReport): JobEnd {
  return {
    outcome: 'ok',
    documents: documents.added + documents.changed,
    chunksEmbedded: chunks.embedded,
    chunksReused: chunks.reused,
  };
}

function failureOf(thrown: unknown): JobEnd {
  const { code } = toNaraeError(thrown);
  const outcome = code === 'aborted' || code === 'closing' ? 'aborted' : 'error';
  return { outcome, documents: 0, chunksEmbedded: 0, chunksReused: 0, errorCode: code };
}

import type { Served } from '../config/index.js';
import { abortReason, NaraeError } from '../core/index.js';
import type { Readiness } from '../http/index.js';
import { type FolderWatch, watchFolder } from '../ingest/index.js';
import type { IngestProgress, IngestReport, IngestService } from '../ingest/spec.js';
import type { DocumentStore } from '../retrieval/spec.js';

export interface FolderRunParts {
  readonly tenant: string;
  readonly store: DocumentStore;
  readonly ingest: IngestService;
  readonly served: Served;
}

export interface FolderRunOptions {
  /** Follow the folder after the first run. */
  readonly watch: boolean;
  readonly onProgress?: (progress: IngestProgress) => void;
  readonly onReindexed?: (report: IngestReport) => void;
  /** A watch that the system refused, or a later run that failed; the server goes on. */
  readonly onWatchError?: (error: unknown) => void;
}

type State =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'indexing' }
  /** Also after a failed run: what was stored earlier answers. */
  | { readonly kind: 'settled' };

/** Brings the served folder in behind the running server, then follows it if asked. */
export class FolderRun {
  readonly #parts: FolderRunParts;
  readonly #options: FolderRunOptions;
  readonly #stop = new AbortController();
  #state: State = { kind: 'waiting' };
  #hasDocuments = false;
  #run: Promise<IngestReport | undefined> = Promise.resolve(undefined);
  #watch: FolderWatch | undefined;

  constructor(parts: FolderRunParts, options: FolderRunOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Ready once there is something to answer from, or the first run is over. */
  readiness(): Readiness {
    if (this.#state.kind === 'settled' || this.#hasDocuments) return { state: 'ready' };
    return { state: 'starting', what: 'the folder is being indexed for the first time' };
  }

  /** Reads whether there is something to answer from, where another process brings the folder in. */
  async look(): Promise<void> {
    this.#hasDocuments = await this.#isFilled();
  }

  /** Another process has brought the folder in. */
  settle(): void {
    if (this.#state.kind === 'waiting') this.#state = { kind: 'settled' };
  }

  /** Rejects as `ingestFolder` does. To be called once. */
  start(): Promise<IngestReport | undefined> {
    this.#run = this.#indexAndFollow();
    return this.#run;
  }

  /** Ends the watch and a run under way; what it committed stays. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort(new NaraeError('closing'));
    await this.#watch?.close();
    await this.#run.catch(() => undefined);
  }

  async #indexAndFollow(): Promise<IngestReport | undefined> {
    const { served } = this.#parts;
    // Where another process brought the folder in before, this one is ready already.
    if (this.#state.kind === 'waiting') this.#state = { kind: 'indexing' };
    try {
      this.#hasDocuments = await this.#isFilled();
      if (served.folder === undefined) return undefined;
      const report = await this.#index(served.folder);
      if (this.#options.watch) this.#follow(served.folder);
      return report;
    } finally {
      this.#state = { kind: 'settled' };
    }
  }

  async #isFilled(): Promise<boolean> {
    const { store, tenant, served } = this.#parts;
    const collections = await store.listCollections(tenant);
    return collections.some(({ name, documents }) => name === served.collection && documents > 0);
  }

  #index(folder: string): Promise<IngestReport> {
    if (this.#stop.signal.aborted) throw abortReason(this.#stop.signal);
    const { ingest, tenant, served } = this.#parts;
    const { onProgress } = this.#options;
    return ingest.ingestFolder(folder, {
      tenant,
      collection: served.collection,
      signal: this.#stop.signal,
      ...(onProgress && { onProgress }),
    });
  }

  #follow(folder: string): void {
    if (this.#stop.signal.aborted) return;
    const { onReindexed, onWatchError } = this.#options;
    const run = async (): Promise<void> => {
      const report = await this.#index(folder);
      const { added, changed, removed } = report.documents;
      if (added + changed + removed > 0) onReindexed?.(report);
    };
    this.#watch = watchFolder(folder, run, onWatchError && { onError: onWatchError });
  }
}

import type { Readiness } from '../http/index.js';
import type { IngestReport } from '../ingest/spec.js';
import type { EventSink } from '../observe/index.js';
import { announceIndex } from './announce-index.js';
import { EmbedderChange } from './embedder-change.js';
import { FolderRun, type FolderRunOptions, type FolderRunParts } from './folder-run.js';
import type { IndexCare } from './index-care.js';
import { tellFailure } from './tell-failure.js';

export interface IndexLeadParts extends FolderRunParts {
  readonly waitingForEmbedder: () => readonly string[];
  readonly care: Pick<IndexCare, 'verifyLater'>;
  readonly emit: EventSink;
}

/**
 * Whatever changes the index by itself: bringing the served folder in, following it, changing embedders, rebuilding
 * what is damaged. Of several processes on one data folder only one leads; the others only know whether there is
 * something to answer from.
 */
export class IndexLead {
  readonly #parts: IndexLeadParts;
  readonly #folderRun: FolderRun;
  readonly #embedderChange: EmbedderChange;
  #closing: Promise<void> | undefined;

  constructor(parts: IndexLeadParts, options: Omit<FolderRunOptions, 'onWatchError'>) {
    const onWatchError = (thrown: unknown): void => tellFailure(parts.emit, thrown);
    this.#parts = parts;
    this.#folderRun = new FolderRun(parts, { ...options, onWatchError });
    this.#embedderChange = new EmbedderChange({ ...parts, waiting: parts.waitingForEmbedder });
  }

  readiness(): Readiness {
    return this.#folderRun.readiness();
  }

  /** Leads from now on. Settles when the folder is in; rejects as `ingestFolder` does. To be called once. */
  async begin(): Promise<IngestReport | undefined> {
    const { store, tenant, emit } = this.#parts;
    await announceIndex(store, tenant, emit);
    try {
      return await this.#folderRun.start();
    } finally {
      if (this.#closing === undefined) this.#afterwards();
    }
  }

  #afterwards(): void {
    this.#embedderChange.start();
    this.#parts.care.verifyLater();
  }

  /** Another process leads; what it stored earlier can be answered from. */
  follow(): Promise<void> {
    return this.#folderRun.look();
  }

  /** The process that leads has brought the folder in. */
  settle(): void {
    this.#folderRun.settle();
  }

  /** Stops leading; what was committed stays, whoever leads next goes on from there. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#folderRun.close();
    await this.#embedderChange.close();
  }
}

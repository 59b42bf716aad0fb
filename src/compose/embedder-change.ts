import { deriveSignal } from '../core/index.js';
import type { IngestService } from '../ingest/spec.js';
import type { EventSink } from '../observe/index.js';
import { tellFailure } from './tell-failure.js';

/** An embedder that is out of reach is asked again after this long. */
const RETRY_MS = 60_000;

export interface EmbedderChangeParts {
  readonly ingest: IngestService;
  readonly tenant: string;
  /** Collections whose vectors are not the configured embedder's. */
  readonly waiting: () => readonly string[];
  readonly emit: EventSink;
}

/** Embeds every waiting collection anew, one after another; each is searched as before until it is complete. */
export async function changeEmbedders(parts: EmbedderChangeParts, signal?: AbortSignal): Promise<void> {
  const { ingest, tenant, waiting, emit } = parts;
  for (const collection of waiting()) {
    emit({ type: 'notice', message: `embedding collection "${collection}" anew, for another embedder` });
    const { chunksEmbedded } = await ingest.changeEmbedder({ tenant, collection, ...(signal && { signal }) });
    const details = { collection, chunksEmbedded };
    emit({ type: 'notice', message: `collection "${collection}" now uses the configured embedder`, details });
  }
}

/** Changes embedders behind a running server, until it is done or closed. */
export class EmbedderChange {
  readonly #parts: EmbedderChangeParts;
  readonly #stop = deriveSignal(undefined);
  #running: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;

  constructor(parts: EmbedderChangeParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#attempt();
  }

  /** Stops the work under way; what was embedded stays, and the next start goes on from there. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#retry);
    await this.#running;
  }

  async #attempt(): Promise<void> {
    try {
      await changeEmbedders(this.#parts, this.#stop.signal);
    } catch (thrown) {
      if (this.#stop.signal.aborted) return;
      tellFailure(this.#parts.emit, thrown);
      this.#retry = setTimeout(() => this.start(), RETRY_MS).unref();
    }
  }
}

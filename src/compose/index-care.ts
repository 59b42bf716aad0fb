import { NaraeError, toNaraeError } from '../core/index.js';
import type { EventSink } from '../observe/index.js';
import type { Retrieval } from '../retrieval/index.js';
import { tellFailure } from './tell-failure.js';

/** The first minute belongs to the first questions. */
const VERIFY_AFTER_MS = 60_000;

export interface IndexCareParts {
  readonly index: Pick<Retrieval, 'warm' | 'verify'>;
  readonly tenant: string;
  /** Collection that is asked when a request names none. */
  readonly collection: string;
  readonly emit: EventSink;
}

/** Opens the served index before the first question needs it, and reads it for damage once the start is over. */
export class IndexCare {
  readonly #parts: IndexCareParts;
  readonly #stop = new AbortController();
  #work: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: IndexCareParts) {
    this.#parts = parts;
  }

  /** Returns at once; the search thread starts and opens the files meanwhile. */
  warm(): void {
    const { index, tenant, collection } = this.#parts;
    this.#add(async () => {
      await index.warm(tenant, collection);
    });
  }

  /** Checks the files a minute from now. */
  verifyLater(): void {
    this.#timer = setTimeout(() => this.verify(), VERIFY_AFTER_MS).unref();
  }

  /** Returns at once. Damaged files are rebuilt and told of; the checks give way to searches. */
  verify(): void {
    const { index, tenant, collection, emit } = this.#parts;
    this.#add(async () => {
      const rebuilt = await index.verify(tenant, collection, this.#stop.signal);
      if (rebuilt > 0)
        emit({ type: 'notice', message: 'rebuilt damaged index files', details: { collection, rebuilt } });
    });
  }

  /** Ends a check under way. Idempotent. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.abort(new NaraeError('closing'));
    await this.#work;
  }

  #add(task: () => Promise<void>): void {
    this.#work = this.#work.then(task).catch((thrown: unknown) => this.#report(thrown));
  }

  /** A first start has no collection yet, and one that is stopping breaks off: both are as they should be. */
  #report(thrown: unknown): void {
    const error = toNaraeError(thrown);
    if (this.#stop.signal.aborted || error.code === 'collection_not_found') return;
    tellFailure(this.#parts.emit, error);
  }
}

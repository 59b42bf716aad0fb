import { type Clock, NaraeError, toNaraeError } from '../../../core/index.js';
import type { EventSink } from '../../../observe/index.js';
import { CacheDatabase, isBusy, isDamage, removeFiles } from './database.js';

/** A file that cannot be used is tried again after so long. */
const RETRY_MS = 10_000;

/** The cache's file, whatever happens to it: made anew when damaged, left alone for a while when unusable. */
export class CacheConnection {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #emit: EventSink | undefined;
  #database: CacheDatabase | undefined;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(path: string, clock: Clock, emit: EventSink | undefined) {
    this.#path = path;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Throws what the file does not allow; a busy file throws an error for which `isBusy` holds. */
  use<Result>(body: (database: CacheDatabase) => Result): Result {
    try {
      return body(this.#open());
    } catch (error) {
      if (isDamage(error)) this.#startAnew(error);
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#database?.close();
    this.#database = undefined;
  }

  #open(): CacheDatabase {
    if (this.#database !== undefined) return this.#database;
    if (this.#isClosed) throw new NaraeError('closing');
    if (this.#clock.monotonicMs() < this.#retryAtMs) throw new Error('the cache file rests after a failure');
    try {
      this.#database = this.#openOrReplace();
      return this.#database;
    } catch (error) {
      this.#rest(error);
      throw error;
    }
  }

  #openOrReplace(): CacheDatabase {
    try {
      return new CacheDatabase(this.#path);
    } catch (error) {
      if (!isDamage(error)) throw error;
      removeFiles(this.#path);
      this.#tellReplaced(error);
      return new CacheDatabase(this.#path);
    }
  }

  #startAnew(error: unknown): void {
    if (this.#isClosed || this.#database === undefined) return;
    try {
      this.#database.close();
    } catch {
      // It goes with its file.
    }
    this.#database = undefined;
    removeFiles(this.#path);
    this.#tellReplaced(error);
  }

  #rest(error: unknown): void {
    if (isBusy(error)) return;
    this.#retryAtMs = this.#clock.monotonicMs() + RETRY_MS;
    const { code, message } = toNaraeError(error);
    this.#emit?.({ type: 'error', code, message, cause: error });
  }

  #tellReplaced(error: unknown): void {
    this.#emit?.({
      type: 'notice',
      message:
        'The file of cached values was damaged or of another version; it was made anew and fills again.',
      details: { reason: error instanceof Error ? error.message : String(error) },
    });
  }
}

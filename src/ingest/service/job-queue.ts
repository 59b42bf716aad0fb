import { abortReason, NaraeError } from '../../core/index.js';

export interface JobQueueLimits {
  /** Jobs that run at once. */
  readonly maxParallel: number;
  /** Jobs that wait. */
  readonly maxWaiting: number;
}

interface Waiting {
  readonly key: string;
  start(): void;
  refuse(error: NaraeError): void;
}

/** Seconds after which a refused caller may try again. */
const RETRY_AFTER_SECONDS = 10;

/** Runs at most one job a key and `maxParallel` in all; the others wait in order, at most `maxWaiting` of them. */
export class JobQueue {
  readonly #limits: JobQueueLimits;
  readonly #running = new Map<string, Promise<unknown>>();
  #waiting: Waiting[] = [];
  #closed = false;

  constructor(limits: JobQueueLimits) {
    this.#limits = limits;
  }

  /** Rejects with `overloaded` when too many wait, `closing` after close, and the abort's reason while waiting. */
  async run<Result>(
    key: string,
    job: () => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    if (this.#closed) throw new NaraeError('closing');
    if (signal?.aborted) throw abortReason(signal);
    if (!this.#mayStart(key)) await this.#wait(key, signal);
    const running = job();
    this.#running.set(key, running);
    try {
      return await running;
    } finally {
      this.#running.delete(key);
      this.#startNext();
    }
  }

  /** Refuses what waits and resolves when what runs is over. */
  async close(): Promise<void> {
    this.#closed = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const entry of waiting) entry.refuse(new NaraeError('closing'));
    await Promise.allSettled(this.#running.values());
  }

  #mayStart(key: string): boolean {
    return this.#running.size < this.#limits.maxParallel && !this.#running.has(key);
  }

  #wait(key: string, signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.length >= this.#limits.maxWaiting) throw overloaded();
    return new Promise((resolve, reject) => {
      const leave = (): void => signal?.removeEventListener('abort', onAbort);
      const entry: Waiting = {
        key,
        start: () => {
          leave();
          resolve();
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const onAbort = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== entry);
        entry.refuse(abortReason(signal as AbortSignal));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(entry);
    });
  }

  #startNext(): void {
    const index = this.#waiting.findIndex(({ key }) => this.#mayStart(key));
    if (index < 0) return;
    const [next] = this.#waiting.splice(index, 1);
    if (!next) return;
    // The place is taken at once: the waiting caller goes on only in a later microtask.
    this.#running.set(next.key, Promise.resolve());
    next.start();
  }
}

function overloaded(): NaraeError {
  return new NaraeError('overloaded', {
    values: { what: 'indexing jobs are waiting', retryAfterSeconds: RETRY_AFTER_SECONDS },
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

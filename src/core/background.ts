import { setTimeout as sleep } from 'node:timers/promises';
import { NaraeError } from './errors/index.js';

export interface BackgroundOptions {
  /** Tasks under way at most. Default 1,000. */
  readonly maxTasks?: number;
  /** Hears of a task that failed; a task's failure reaches nobody else. */
  readonly onFailure: (name: string, error: unknown) => void;
}

/** Tasks that were told to stop have this long to do so. */
const STOP_MS = 1_000;

/**
 * What goes on after its response was sent. Bounded, and waited for when the server closes: a task that was taken is
 * finished, or told to stop by its signal.
 */
export class BackgroundTasks {
  readonly #options: BackgroundOptions;
  readonly #stop = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  #draining = false;

  constructor(options: BackgroundOptions) {
    this.#options = options;
  }

  /** Tasks under way. */
  get size(): number {
    return this.#tasks.size;
  }

  /** Begins a task, soon. False when there are too many or it is too late: the caller then does without, or waits. */
  run(name: string, task: (signal: AbortSignal) => Promise<void>): boolean {
    if (this.#draining || this.#tasks.size >= (this.#options.maxTasks ?? 1_000)) return false;
    const running = this.#run(name, task).finally(() => this.#tasks.delete(running));
    this.#tasks.add(running);
    return true;
  }

  /** Takes no more; waits for what is under way, at most so long, then tells it to stop. Idempotent. */
  async drain(limitMs: number): Promise<void> {
    this.#draining = true;
    await this.#settled(limitMs);
    this.#stop.abort(new NaraeError('closing'));
    await this.#settled(STOP_MS);
  }

  async #run(name: string, task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    await Promise.resolve();
    try {
      await task(this.#stop.signal);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#options.onFailure(name, error);
    }
  }

  async #settled(limitMs: number): Promise<void> {
    if (this.#tasks.size === 0) return;
    const enough = new AbortController();
    const limit = sleep(limitMs, undefined, { signal: enough.signal }).catch(() => {});
    await Promise.race([Promise.all(this.#tasks), limit]);
    enough.abort();
  }
}

import type { RunLog } from './run-log.js';

interface Ended<Part> {
  readonly log: RunLog<Part>;
  readonly timer: NodeJS.Timeout;
}

/** The logs of runs that have ended, for those who come back: for a while, and within bytes. The oldest go first. */
export class LogShelf<Part> {
  readonly #limits: { readonly maxBytes: number; readonly keepMs: number };
  readonly #logs = new Map<string, Ended<Part>>();
  #bytes = 0;

  constructor(limits: { readonly maxBytes: number; readonly keepMs: number }) {
    this.#limits = limits;
  }

  put(key: string, log: RunLog<Part>): void {
    const timer = setTimeout(() => this.#drop(key), this.#limits.keepMs).unref();
    this.#logs.set(key, { log, timer });
    this.#bytes += log.bytes;
    while (this.#bytes > this.#limits.maxBytes) this.#drop(this.#logs.keys().next().value as string);
  }

  get(key: string): RunLog<Part> | undefined {
    return this.#logs.get(key)?.log;
  }

  delete(key: string): void {
    this.#drop(key);
  }

  clear(): void {
    for (const key of [...this.#logs.keys()]) this.#drop(key);
  }

  #drop(key: string): void {
    const ended = this.#logs.get(key);
    if (!ended) return;
    clearTimeout(ended.timer);
    this.#logs.delete(key);
    this.#bytes -= ended.log.bytes;
  }
}

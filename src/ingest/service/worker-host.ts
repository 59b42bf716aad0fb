import { type NaraeError, toNaraeError, WorkerClient } from '../../core/index.js';
import type { IngestMethods } from '../worker/protocol.js';

export interface WorkerHostOptions {
  readonly script: URL;
  /** Handed to the worker; must be structured data. */
  readonly workerData: unknown;
  readonly memoryLimitMb: number;
  readonly idleMs: number;
}

/** Owns the ingest worker: starts it on first use and again after it died, and ends it when it is not needed. */
export class WorkerHost {
  readonly #options: WorkerHostOptions;
  #client: WorkerClient<IngestMethods> | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: WorkerHostOptions) {
    this.#options = options;
  }

  /** Keeps the worker for the time of `use`. */
  async with<Result>(use: (client: WorkerClient<IngestMethods>) => Promise<Result>): Promise<Result> {
    clearTimeout(this.#idle);
    this.#users++;
    try {
      return await use(this.#alive());
    } finally {
      this.#users--;
      if (this.#users === 0) this.#endWhenIdle();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const client = this.#client;
    this.#client = undefined;
    await client?.terminate();
  }

  #alive(): WorkerClient<IngestMethods> {
    if (!this.#client?.alive) this.#client = this.#start();
    return this.#client;
  }

  #start(): WorkerClient<IngestMethods> {
    const { script, workerData, memoryLimitMb } = this.#options;
    return new WorkerClient(script, {
      name: 'ingest',
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
    });
  }

  #endWhenIdle(): void {
    this.#idle = setTimeout(() => void this.close(), this.#options.idleMs).unref();
  }
}

/** True when the worker ended because its heap was full. */
export function diedOfMemory(thrown: unknown): boolean {
  const error: NaraeError = toNaraeError(thrown);
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

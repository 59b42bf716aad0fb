import { type CallOptions, NaraeError, WorkerClient } from '../../core/index.js';
import type { SearchMethods, SearchWorkerData } from './search-methods.js';

/** Calls the search worker; starts it on first use and again when it has died. */
export class SearchClient {
  readonly #data: SearchWorkerData;
  #client: WorkerClient<SearchMethods> | undefined;
  #closed = false;

  constructor(data: SearchWorkerData) {
    this.#data = data;
  }

  /** A call that a dying worker took along is made once more; then it rejects with `worker_failed`. */
  async call<Name extends keyof SearchMethods>(
    method: Name,
    input: SearchMethods[Name]['input'],
    options: Pick<CallOptions<unknown>, 'signal'> = {},
  ): Promise<SearchMethods[Name]['output']> {
    try {
      return await this.#worker().call(method, input, options);
    } catch (error) {
      if (this.#closed || !(error instanceof NaraeError) || error.code !== 'worker_failed') throw error;
      return this.#worker().call(method, input, options);
    }
  }

  /** Ends the thread; pending calls fail with `closing`. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#client?.terminate();
  }

  #worker(): WorkerClient<SearchMethods> {
    if (this.#closed) throw new NaraeError('closing');
    if (!this.#client?.alive)
      this.#client = new WorkerClient(new URL('./search-worker.js', import.meta.url), {
        name: 'search',
        workerData: this.#data,
      });
    return this.#client;
  }
}

import { type MessagePort, Worker, type WorkerOptions } from 'node:worker_threads';
import { abortReason } from './abort.js';
import { type ErrorData, errorFromData, errorToData, NaraeError } from './errors/index.js';

/**
 * Typed calls to a worker thread: one message there, any number of progress messages and one result back.
 *
 *   main                         worker
 *   ── {id, method, input} ────▶ handlers[method](input, {signal, progress})
 *   ◀─ {id, progress} ──────────
 *   ── {id, abort} ────────────▶ signal aborts
 *   ◀─ {id, ok | error} ────────
 */
export type WorkerMethods = Record<string, { input: unknown; output: unknown; progress?: unknown }>;

type ToWorker = { id: number; method: string; input: unknown } | { id: number; abort: true };
type FromWorker =
  | { id: number; progress: unknown }
  | { id: number; ok: unknown }
  | { id: number; error: ErrorData };

export interface CallOptions<Progress> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly transfer?: readonly ArrayBuffer[];
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  onProgress(progress: unknown): void;
}

/** The calling side. One client owns one worker; when the worker dies, every pending call fails with `worker_failed`. */
export class WorkerClient<Methods extends WorkerMethods> {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #name: string;
  #nextId = 1;
  #exit: NaraeError | undefined;

  constructor(script: URL, options: WorkerOptions & { name: string }) {
    this.#name = options.name;
    this.#worker = new Worker(script, options);
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error: Error & { code?: string }) =>
      this.#die(error.code ?? error.message, error),
    );
    this.#worker.on('exit', (code) => this.#die(`exit code ${code}`));
    // Idle workers must not keep a finished command alive; a pending call holds a reference.
    this.#worker.unref();
  }

  /** Whether the worker still runs; a dead one must be replaced by a new client. */
  get alive(): boolean {
    return this.#exit === undefined;
  }

  call<Name extends keyof Methods & string>(
    method: Name,
    input: Methods[Name]['input'],
    options: CallOptions<Methods[Name]['progress']> = {},
  ): Promise<Methods[Name]['output']> {
    if (this.#exit) return Promise.reject(this.#exit);
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#worker.postMessage({ id, abort: true } satisfies ToWorker);
        settle(() => reject(abortReason(signal as AbortSignal)));
      };
      const settle = (finish: () => void): void => {
        signal?.removeEventListener('abort', onAbort);
        this.#pending.delete(id);
        if (this.#pending.size === 0) this.#worker.unref();
        finish();
      };
      this.#pending.set(id, {
        resolve: (value) => settle(() => resolve(value as Methods[Name]['output'])),
        reject: (error) => settle(() => reject(error)),
        onProgress: (progress) => options.onProgress?.(progress as Methods[Name]['progress']),
      });
      this.#worker.ref();
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        this.#worker.postMessage({ id, method, input } satisfies ToWorker, [...(options.transfer ?? [])]);
      } catch (error) {
        // What cannot be copied never leaves, so nobody would answer.
        settle(() => reject(error));
      }
    });
  }

  /** Ends the thread at once; pending calls fail with `closing`. Idempotent. */
  async terminate(): Promise<void> {
    this.#exit ??= new NaraeError('closing');
    for (const pending of [...this.#pending.values()]) pending.reject(this.#exit);
    await this.#worker.terminate();
  }

  #receive(message: FromWorker): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if ('progress' in message) pending.onProgress(message.progress);
    else if ('ok' in message) pending.resolve(message.ok);
    else pending.reject(errorFromData(message.error));
  }

  #die(reason: string, cause?: unknown): void {
    this.#exit ??= new NaraeError('worker_failed', { values: { worker: this.#name, reason }, cause });
    for (const pending of [...this.#pending.values()]) pending.reject(this.#exit);
  }
}

export interface CallContext<Progress> {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export type WorkerHandlers<Methods extends WorkerMethods> = {
  [Name in keyof Methods & string]: (
    input: Methods[Name]['input'],
    context: CallContext<Methods[Name]['progress']>,
  ) => Promise<Methods[Name]['output']> | Methods[Name]['output'];
};

/** The worker's side: answers calls that arrive on `port` until the thread ends. Calls may overlap. */
export function serveWorker<Methods extends WorkerMethods>(
  port: MessagePort,
  handlers: WorkerHandlers<Methods>,
): void {
  const running = new Map<number, AbortController>();
  port.on('message', (message: ToWorker) => {
    if ('abort' in message) running.get(message.id)?.abort(new NaraeError('aborted'));
    else void answer(message);
  });

  async function answer({
    id,
    method,
    input,
  }: {
    id: number;
    method: string;
    input: unknown;
  }): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const handler = handlers[method as keyof Methods & string];
      const ok = await handler(input, {
        signal: controller.signal,
        progress: (progress) => port.postMessage({ id, progress }),
      });
      port.postMessage({ id, ok });
    } catch (thrown) {
      port.postMessage({ id, error: errorToData(thrown) });
    } finally {
      running.delete(id);
    }
  }
}

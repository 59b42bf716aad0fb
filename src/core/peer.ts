import { abortReason } from './abort.js';
import { type ErrorData, errorFromData, errorToData, NaraeError } from './errors/index.js';

/** What one side hears from the other: news, and calls that it answers. */
export interface Hears {
  readonly news: Readonly<Record<string, unknown>>;
  readonly calls: Readonly<Record<string, { readonly input: unknown; readonly output: unknown }>>;
}

/** A pipe between two processes. */
export interface Channel {
  /** Does nothing when the pipe is closed. */
  send(message: unknown): void;
  onMessage(receive: (message: unknown) => void): void;
  onClose(run: () => void): void;
}

export type Handlers<Mine extends Hears> = {
  readonly news: { readonly [Name in keyof Mine['news']]: (payload: Mine['news'][Name]) => void };
  readonly calls: {
    readonly [Name in keyof Mine['calls']]: (
      input: Mine['calls'][Name]['input'],
      signal: AbortSignal,
    ) => Promise<Mine['calls'][Name]['output']>;
  };
};

type Message =
  | { readonly news: string; readonly payload: unknown }
  | { readonly call: number; readonly name: string; readonly input: unknown }
  | { readonly cancel: number }
  | { readonly answer: number; readonly output: unknown }
  | { readonly answer: number; readonly error: ErrorData };

interface Pending {
  resolve(output: unknown): void;
  reject(error: NaraeError): void;
}

/**
 * One end of a conversation between two processes. Calls fail with `worker_failed` when the other process is gone,
 * and are cancelled there when their signal aborts here.
 */
export class Peer<Mine extends Hears, Theirs extends Hears> {
  readonly #channel: Channel;
  readonly #handlers: Handlers<Mine>;
  readonly #name: string;
  readonly #pending = new Map<number, Pending>();
  readonly #answering = new Map<number, AbortController>();
  #nextCall = 1;
  #open = true;

  /** `name` is the other side's, for messages. */
  constructor(name: string, channel: Channel, handlers: Handlers<Mine>) {
    this.#name = name;
    this.#channel = channel;
    this.#handlers = handlers;
    channel.onMessage((message) => this.#receive(message as Message));
    channel.onClose(() => this.#close());
  }

  tell<Name extends keyof Theirs['news'] & string>(name: Name, payload: Theirs['news'][Name]): void {
    if (this.#open) this.#send({ news: name, payload });
  }

  /** Rejects with the other side's error, the signal's reason or `worker_failed`. */
  call<Name extends keyof Theirs['calls'] & string>(
    name: Name,
    input: Theirs['calls'][Name]['input'],
    signal: AbortSignal,
  ): Promise<Theirs['calls'][Name]['output']> {
    if (!this.#open) return Promise.reject(this.#gone());
    if (signal.aborted) return Promise.reject(abortReason(signal));
    const call = this.#nextCall++;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#send({ cancel: call });
        settle(() => reject(abortReason(signal)));
      };
      const settle = (finish: () => void): void => {
        signal.removeEventListener('abort', onAbort);
        this.#pending.delete(call);
        finish();
      };
      this.#pending.set(call, {
        resolve: (output) => settle(() => resolve(output as Theirs['calls'][Name]['output'])),
        reject: (error) => settle(() => reject(error)),
      });
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        this.#send({ call, name, input });
      } catch (error) {
        // What cannot be copied never leaves, so nobody would answer.
        settle(() => reject(error));
      }
    });
  }

  #send(message: Message): void {
    this.#channel.send(message);
  }

  #receive(message: Message): void {
    if ('news' in message)
      this.#handlers.news[message.news as keyof Mine['news']]?.(message.payload as never);
    else if ('call' in message) void this.#answer(message);
    else if ('cancel' in message) this.#answering.get(message.cancel)?.abort(new NaraeError('aborted'));
    else this.#settle(message);
  }

  #settle(message: Extract<Message, { answer: number }>): void {
    const pending = this.#pending.get(message.answer);
    if ('error' in message) pending?.reject(errorFromData(message.error));
    else pending?.resolve(message.output);
  }

  async #answer({ call, name, input }: Extract<Message, { call: number }>): Promise<void> {
    const controller = new AbortController();
    this.#answering.set(call, controller);
    try {
      const handle = this.#handlers.calls[name as keyof Mine['calls']];
      const output = await handle(input as never, controller.signal);
      this.#send({ answer: call, output });
    } catch (thrown) {
      this.#send({ answer: call, error: errorToData(thrown) });
    } finally {
      this.#answering.delete(call);
    }
  }

  #close(): void {
    this.#open = false;
    for (const { reject } of [...this.#pending.values()]) reject(this.#gone());
    for (const controller of this.#answering.values()) controller.abort(this.#gone());
  }

  #gone(): NaraeError {
    return new NaraeError('worker_failed', { values: { worker: this.#name, reason: 'it is gone' } });
  }
}

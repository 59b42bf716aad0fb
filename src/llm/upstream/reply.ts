import type { Dispatcher } from 'undici';

/** What may arrive unread before the connection is made to wait. */
const HELD_LIMIT_BYTES = 64 * 1024;

export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

type Controller = Dispatcher.DispatchController;

/**
 * One reply as it arrives, read straight from undici's callbacks: no stream, no iterator and no signal in between.
 * Whatever one read of the socket brought is handed over at once; a reader that stays away makes the server wait.
 */
export class UpstreamReply implements Dispatcher.DispatchHandler {
  /** Known once `head` has resolved. */
  statusCode = 0;
  headers: ReplyHeaders = {};
  readonly #onOver: (() => void)[];
  #controller: Controller | undefined;
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  #wake: (() => void) | undefined;
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;
  /** How much may still be thrown away; undefined while the body is read. */
  #drainLimitBytes: number | undefined;

  /** `onOver` is called once, when the connection is done with this reply or closed. */
  constructor(onOver: () => void) {
    this.#onOver = [onOver];
  }

  /** True when nothing more will arrive. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when status and headers are here. Rejects with the failure below HTTP, or what it was aborted with. */
  async head(): Promise<void> {
    while (this.statusCode === 0 && !this.#isOver) await this.#change();
    if (this.statusCode === 0 && this.#failure !== undefined) throw this.#failure.error;
  }

  /**
   * All that arrived since the last call, never nothing; undefined when all was read. Rejects with the failure below
   * HTTP, after what came before it, or with what it was aborted with.
   */
  async read(): Promise<readonly Buffer[] | undefined> {
    if (this.#chunks.length === 0 && !this.#isOver) await this.#change();
    if (this.#chunks.length > 0) return this.#take();
    if (this.#failure !== undefined) throw this.#failure.error;
    return undefined;
  }

  /** Closes the connection; whoever waits gets `error`, or the end of the body where there is none. Idempotent. */
  abort(error?: unknown): void {
    if (this.#isOver) return;
    this.#chunks = [];
    this.#end(error === undefined ? undefined : { error });
    this.#controller?.abort(ABORTED);
  }

  /**
   * Reads no more, but lets the body end so that its connection can be used again; closes it after `limitBytes`.
   * `onOver` is called when it has ended, unless that was before.
   */
  drain(limitBytes: number, onOver: () => void): void {
    if (this.#isOver) return;
    this.#onOver.push(onOver);
    this.#drainLimitBytes = limitBytes;
    this.#chunks = [];
    this.#controller?.resume();
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(ABORTED);
  }

  onResponseStart(_: Controller, statusCode: number, headers: ReplyHeaders): void {
    if (statusCode < 200) return;
    this.statusCode = statusCode;
    this.headers = headers;
    this.#changed();
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#drainLimitBytes !== undefined) {
      this.#discard(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.byteLength;
    if (this.#heldBytes > HELD_LIMIT_BYTES) controller.pause();
    this.#changed();
  }

  onResponseEnd(): void {
    this.#end(undefined);
  }

  onResponseError(_: Controller, error: Error): void {
    this.#end({ error });
  }

  #take(): readonly Buffer[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#heldBytes = 0;
    if (this.#controller?.paused) this.#controller.resume();
    return chunks;
  }

  #discard({ byteLength }: Buffer): void {
    this.#drainLimitBytes = (this.#drainLimitBytes ?? 0) - byteLength;
    if (this.#drainLimitBytes < 0) this.abort();
  }

  #end(failure: { readonly error: unknown } | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    for (const tell of this.#onOver) tell();
    this.#changed();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Wakes the reader after the callbacks that come together, so that it takes what they brought at once. */
  #changed(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/** Nobody sees it: the reason that readers get is kept apart. Made once, for its stack costs more than the abort. */
const ABORTED = new Error('the reply is not wanted any more');

/** The body as text, at most `limitBytes` of it; the rest is cut off with its connection. */
export async function readText(reply: UpstreamReply, limitBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  while (bytes < limitBytes) {
    const chunks = await reply.read();
    if (chunks === undefined) break;
    for (const chunk of chunks) bytes += chunk.byteLength;
    pieces.push(...chunks);
  }
  reply.abort();
  return Buffer.concat(pieces).subarray(0, limitBytes).toString('utf8');
}

import type { Dispatcher } from 'undici';
import { isWornOut } from './worn-connections.js';

/** A request is sent again within this time: later, its server has worked on it. */
const AGAIN_WITHIN_MS = 1_000;
/** Where a server closes its idle connections, it closes many. */
const AGAIN_LIMIT = 3;
/** What may arrive unread before the connection is made to wait. */
const HELD_LIMIT_BYTES = 64 * 1024;

export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Hears of a body in the turn in which it arrives. `end` or `fail` comes last, once. */
export interface BodyListener {
  data(chunk: Buffer): void;
  end(): void;
  fail(error: unknown): void;
}

interface Question {
  readonly dispatcher: Dispatcher;
  readonly request: Dispatcher.DispatchOptions;
  readonly atMs: number;
  sendsLeft: number;
}

type Controller = Dispatcher.DispatchController;

/**
 * One reply as it arrives, straight from undici's callbacks: no stream, no iterator and no signal in between. The
 * body is either heard (`listen`) or read (`read`); unheard, it makes the server wait.
 */
export class UpstreamReply implements Dispatcher.DispatchHandler {
  /** Known once `head` has resolved. */
  statusCode = 0;
  headers: ReplyHeaders = {};
  readonly #onOver: () => void;
  #controller: Controller | undefined;
  /** To ask again; until there is a reply. */
  #question: Question | undefined;
  #listener: BodyListener | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #wake: (() => void) | undefined;
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;

  /** `onOver` is called once, when the connection is done with this reply or closed. */
  constructor(onOver: () => void) {
    this.#onOver = onOver;
  }

  /** Sends the request, and again if it meets a connection that its server was about to close. */
  ask(dispatcher: Dispatcher, request: Dispatcher.DispatchOptions): void {
    if (this.#isOver) return;
    this.#question = { dispatcher, request, atMs: performance.now(), sendsLeft: AGAIN_LIMIT };
    dispatcher.dispatch(request, this);
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

  /** All that arrived since the last call, never nothing; undefined after the end. Rejects as `head` does. */
  async read(): Promise<readonly Buffer[] | undefined> {
    if (this.#held.length === 0 && !this.#isOver) await this.#change();
    if (this.#held.length > 0) return this.#take();
    if (this.#failure !== undefined) throw this.#failure.error;
    return undefined;
  }

  /** Gives what is here, and all that comes, to the listener. */
  listen(listener: BodyListener): void {
    this.#listener = listener;
    for (const chunk of this.#take()) listener.data(chunk);
    if (this.#isOver) this.#tellEnd(listener);
  }

  pause(): void {
    if (!this.#isOver) this.#controller?.pause();
  }

  resume(): void {
    // After the end, the connection may belong to another reply.
    if (!this.#isOver) this.#controller?.resume();
  }

  /** Closes the connection; whoever reads or listens gets `error`, or the end of the body where there is none. */
  abort(error?: unknown): void {
    if (this.#isOver) return;
    this.#held = [];
    this.#end(error === undefined ? undefined : { error });
    this.#controller?.abort(ABORTED);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(ABORTED);
  }

  onResponseStart(_: Controller, statusCode: number, headers: ReplyHeaders): void {
    if (statusCode < 200 || this.#isOver) return;
    this.#question = undefined;
    this.statusCode = statusCode;
    this.headers = headers;
    this.#changed();
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#listener !== undefined) {
      this.#listener.data(chunk);
      return;
    }
    this.#held.push(chunk);
    this.#heldBytes += chunk.byteLength;
    if (this.#heldBytes > HELD_LIMIT_BYTES) controller.pause();
    this.#changed();
  }

  onResponseEnd(): void {
    this.#end(undefined);
  }

  onResponseError(_: Controller, error: Error): void {
    if (!this.#askAgain(error)) this.#end({ error });
  }

  #askAgain(error: Error): boolean {
    const question = this.#question;
    if (this.#isOver || question === undefined || !isWornOut(error)) return false;
    if (question.sendsLeft-- === 0 || performance.now() - question.atMs > AGAIN_WITHIN_MS) return false;
    question.dispatcher.dispatch(question.request, this);
    return true;
  }

  #take(): readonly Buffer[] {
    const chunks = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#controller?.paused) this.resume();
    return chunks;
  }

  #end(failure: { readonly error: unknown } | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    this.#onOver();
    if (this.#listener !== undefined) this.#tellEnd(this.#listener);
    this.#changed();
  }

  #tellEnd(listener: BodyListener): void {
    if (this.#failure === undefined) listener.end();
    else listener.fail(this.#failure.error);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

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

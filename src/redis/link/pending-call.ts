import { abortReason, type NaraeError } from '../../core/index.js';
import type { BreakerPass } from '../../resilience/index.js';
import type { RedisReply } from '../spec.js';
import type { Expiring } from './deadlines.js';

/** What a call is told by its link. */
export interface CallOwner {
  expired(call: PendingCall): void;
}

/** A call from its beginning to the moment at which its caller has an answer or an error. */
export class PendingCall implements Expiring {
  settled = false;
  /** What the caller waits for. */
  readonly promise: Promise<RedisReply>;
  readonly args: readonly (string | Buffer)[];
  readonly #pass: BreakerPass;
  readonly #owner: CallOwner;
  #resolve!: (reply: RedisReply) => void;
  #reject!: (error: NaraeError) => void;
  #stopListening: (() => void) | undefined;

  constructor(
    args: readonly (string | Buffer)[],
    pass: BreakerPass,
    owner: CallOwner,
    signal: AbortSignal | undefined,
  ) {
    this.args = args;
    this.#pass = pass;
    this.#owner = owner;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (signal !== undefined) this.#listen(signal);
  }

  succeed(reply: RedisReply): void {
    if (!this.#settle()) return;
    this.#pass.succeeded();
    this.#resolve(reply);
  }

  /** `fault`: it says that the server is not well. */
  fail(error: NaraeError, { fault }: { readonly fault: boolean }): void {
    if (!this.#settle()) return;
    if (fault) this.#pass.failed();
    else this.#pass.succeeded();
    this.#reject(error);
  }

  expire(): void {
    this.#owner.expired(this);
  }

  #listen(signal: AbortSignal): void {
    const onAbort = (): void => {
      if (!this.#settle()) return;
      this.#pass.abandoned();
      this.#reject(abortReason(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', onAbort);
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.#stopListening?.();
    return true;
  }
}

import { abortReason, type NaraeError } from '../../core/index.js';
import type { BreakerPass } from '../../resilience/index.js';
import type { RedisReply } from '../spec.js';
import type { Expiring } from './deadlines.js';

/** A call from its beginning to the moment at which its caller has an answer or an error. */
export class PendingCall implements Expiring {
  settled = false;
  readonly args: readonly (string | Buffer)[];
  readonly pass: BreakerPass;
  readonly #resolve: (reply: RedisReply) => void;
  readonly #reject: (error: NaraeError) => void;
  readonly #onExpire: (call: PendingCall) => void;
  #signal: AbortSignal | undefined;

  constructor(settings: {
    readonly args: readonly (string | Buffer)[];
    readonly pass: BreakerPass;
    readonly resolve: (reply: RedisReply) => void;
    readonly reject: (error: NaraeError) => void;
    readonly onExpire: (call: PendingCall) => void;
    readonly signal: AbortSignal | undefined;
  }) {
    this.args = settings.args;
    this.pass = settings.pass;
    this.#resolve = settings.resolve;
    this.#reject = settings.reject;
    this.#onExpire = settings.onExpire;
    this.#signal = settings.signal;
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  succeed(reply: RedisReply): void {
    if (!this.#settle()) return;
    this.pass.succeeded();
    this.#resolve(reply);
  }

  /** `fault`: it says that the server is not well. */
  fail(error: NaraeError, { fault }: { readonly fault: boolean }): void {
    if (!this.#settle()) return;
    if (fault) this.pass.failed();
    else this.pass.succeeded();
    this.#reject(error);
  }

  expire(): void {
    this.#onExpire(this);
  }

  readonly #onAbort = (): void => {
    const signal = this.#signal as AbortSignal;
    if (!this.#settle()) return;
    this.pass.abandoned();
    this.#reject(abortReason(signal));
  };

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

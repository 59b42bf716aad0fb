import type { Deadline, DeadlineWheel } from './deadline-wheel.js';
import type { BodyListener, UpstreamReply } from './reply.js';

/** What may still come after the end of an answer before its connection is given up. */
const DRAIN_LIMIT_BYTES = 16 * 1024;
const DRAIN_TIMEOUT_MS = 1_000;

/** Lets a body that has said all it had to say come to its end, so that the connection can be used again. */
export function drain(reply: UpstreamReply, wheel: DeadlineWheel): void {
  if (reply.isOver) return;
  reply.listen(new Drain(reply, wheel));
  reply.resume();
}

class Drain implements BodyListener {
  readonly #reply: UpstreamReply;
  readonly #deadline: Deadline;
  #leftBytes = DRAIN_LIMIT_BYTES;

  constructor(reply: UpstreamReply, wheel: DeadlineWheel) {
    this.#reply = reply;
    this.#deadline = wheel.start(DRAIN_TIMEOUT_MS, () => reply.abort());
  }

  data({ byteLength }: Buffer): void {
    this.#leftBytes -= byteLength;
    if (this.#leftBytes < 0) this.#reply.abort();
  }

  end(): void {
    this.#deadline.cancel();
  }

  /** The answer is complete; what happens to its connection concerns nobody. */
  fail(): void {
    this.#deadline.cancel();
  }
}

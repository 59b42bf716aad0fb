import type { FastifyReply } from 'fastify';
import { NaraeError } from '../core/index.js';

declare module 'fastify' {
  interface FastifyInstance {
    clientSignals: ClientSignals;
  }
}

/** The signals of all answers under way, so that the server can end them when it must. */
export class ClientSignals {
  readonly #open = new Set<AbortController>();

  /** Aborts when the client leaves before its response is complete, or when `abortAll` ends it. */
  of(reply: FastifyReply): AbortSignal {
    const controller = new AbortController();
    this.#open.add(controller);
    reply.raw.once('close', () => {
      this.#open.delete(controller);
      if (!reply.raw.writableFinished) controller.abort(new NaraeError('aborted'));
    });
    return controller.signal;
  }

  /** Each client is told the reason, in the way its answer ends. */
  abortAll(reason: NaraeError): void {
    for (const controller of this.#open) controller.abort(reason);
  }
}

/** A signal that aborts when the client leaves before its response is complete, or the server must close. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  return reply.server.clientSignals.of(reply);
}

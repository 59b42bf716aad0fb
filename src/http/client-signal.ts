import type { FastifyReply } from 'fastify';
import { NaraeError } from '../core/index.js';

/** A signal that aborts when the client leaves before its response is complete. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new NaraeError('aborted'));
  });
  return controller.signal;
}

import type { FastifyReply } from 'fastify';
import type { Cancellation } from '../core/index.js';

/** Aborts when the client leaves before its response is complete, or the server cuts it off. For handlers. */
export function clientSignal({ underWay }: FastifyReply): Cancellation {
  if (underWay === undefined) throw new TypeError('a handler ran for a request that was not let in');
  return underWay.cancellation;
}

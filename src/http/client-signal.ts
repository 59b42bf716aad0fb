import type { FastifyReply } from 'fastify';

/** A signal that aborts when the client leaves before its response is complete, or the server cuts it off. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  return reply.server.traffic.signalFor(reply.raw);
}

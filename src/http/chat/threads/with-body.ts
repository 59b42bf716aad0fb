import type { FastifyRequest } from 'fastify';

/** For routes all of whose fields may be left out: then the body may be, too. */
export async function withBody(request: FastifyRequest): Promise<void> {
  request.body ??= {};
}

import type { App } from './app.js';

/** Adds `Server-Timing` with each stage and the total, in milliseconds, to every response that Fastify sends. */
export function addServerTiming(app: App): void {
  app.decorateRequest('timings');
  app.addHook('onRequest', async (request) => {
    request.timings = {};
  });
  app.addHook('onSend', async (request, reply) => {
    reply.header('server-timing', formatServerTiming({ ...request.timings, total: reply.elapsedTime }));
  });
}

/** `{retrieve: 1.234}` as `retrieve;dur=1.2`. */
export function formatServerTiming(timings: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(timings)
    .filter((entry): entry is [string, number] => entry[1] !== undefined)
    .map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`)
    .join(', ');
}

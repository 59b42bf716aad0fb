import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventSink } from '../observe/index.js';
import type { App } from './app.js';
import { formatServerTiming } from './server-timing.js';
import type { Traffic } from './traffic.js';

/** What the log and the metrics call a request whose client left before it had an answer. */
const CLIENT_LEFT = 499;

/**
 * What is done for every request before anything else, and after everything: its id, its time, its place among the
 * requests under way, its events. One hook each way and one listener, none of them asynchronous: each costs every
 * request.
 */
export function followRequests(app: App, traffic: Traffic, emit: EventSink): void {
  app.decorateRequest('timings');
  app.decorateRequest('receivedAtMs', 0);
  app.decorateReply('underWay', undefined);
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = reply;
    request.receivedAtMs = performance.now();
    request.timings = {};
    reply.header('x-request-id', request.id);
    emit({ type: 'request-started', route: routeName(request) });
    // Also of those whose client left, or that a handler took over.
    raw.once('close', () => {
      tellEnd(request, raw, emit);
      if (reply.underWay !== undefined) traffic.leave(reply.underWay);
    });
    reply.underWay = traffic.enter(raw, { always: request.routeOptions.config.always === true });
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    reply.header('server-timing', formatServerTiming(request.timings, request.receivedAtMs));
    if (mustClose(traffic, reply)) reply.header('connection', 'close');
    done(null, payload);
  });
}

function tellEnd(request: FastifyRequest, raw: ServerResponse, emit: EventSink): void {
  const { id: requestId, method } = request;
  const status = raw.headersSent ? raw.statusCode : CLIENT_LEFT;
  const durationMs = performance.now() - request.receivedAtMs;
  emit({ type: 'request-finished', requestId, method, route: routeName(request), status, durationMs });
}

function mustClose(traffic: Traffic, { raw }: FastifyReply): boolean {
  return traffic.isLeaving || traffic.isSurplus(raw);
}

function routeName(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unknown';
}

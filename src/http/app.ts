import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';

import type { Traffic } from './traffic.js';
import type { RequestUnderWay } from './under-way.js';

/** Fastify with TypeBox schemas as types. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose data this request may see; set before any handler runs. */
    tenant: string;
    /** Milliseconds by stage; becomes the `Server-Timing` header. */
    timings: Record<string, number>;
    /** When its head was read, on the clock of `performance.now()`. */
    receivedAtMs: number;
  }
  interface FastifyReply {
    /** Set before any handler runs; absent for requests that were refused. */
    underWay: RequestUnderWay | undefined;
  }
  interface FastifyInstance {
    readonly traffic: Traffic;
  }
  interface FastifyContextConfig {
    /** True: answered however busy the server is, and while it stops: probes and metrics. */
    always?: boolean;
    /** True: reachable without an API key. Such a route must not show what is indexed. */
    open?: boolean;
  }
}

import { constants as zlib } from 'node:zlib';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import swagger from '@fastify/swagger';
import Fastify from 'fastify';
import { NaraeError, newId } from '../core/index.js';
import type { EventSink } from '../observe/index.js';
import type { TenantDirectory } from '../tenants/index.js';
import { guardAccess, isLoopback } from './access.js';
import type { App } from './app.js';
import { followRequests } from './arrival.js';
import { type Leave, leaveAndClose } from './close.js';
import { describeFailure, errorBody, retryHeaders } from './errors.js';
import type { HttpOptions } from './options.js';
import { nothingThere, OtherMethods } from './other-methods.js';
import { type Readiness, whileStarting } from './readiness.js';
import { tellError } from './tell-error.js';
import { Traffic, type TrafficLimits } from './traffic.js';
import { validatorCompiler } from './validation.js';

export interface HttpServerParts {
  readonly emit: EventSink;
  readonly tenants: TenantDirectory;
  readonly version: string;
  /** Default: always ready. */
  readonly readiness?: () => Readiness;
  /** Adds the routes; each dialect is a plugin of its own. */
  readonly routes: (app: App) => Promise<void>;
}

export interface HttpServer {
  readonly app: App;
  /** Starts to listen; resolves with the address as a URL. Rejects with `port_in_use` or `host_unavailable`. */
  listen(): Promise<string>;
  /**
   * Lets requests under way end within the shutdown timeout, then cuts off the rest. Called again, it gives the same
   * promise; `stop` after `hand-over` refuses new requests from then on. Default: what it was called with first, else
   * `stop`.
   */
  close(how?: Leave): Promise<void>;
  /** Cuts off what is under way at once: streams end with an error event. `close` then has little to wait for. */
  cutOff(): void;
}

/** The server without its routes: who is asking, limits, errors, compression, timing, request ids, OpenAPI. */
export async function createHttpServer(options: HttpOptions, parts: HttpServerParts): Promise<HttpServer> {
  const app: App = Fastify({
    logger: false,
    bodyLimit: options.bodyLimitBytes,
    genReqId: () => newId('req'),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
    requestTimeout: 120_000,
  });
  const traffic = new Traffic(limitsOf(options));
  traffic.follow(app.server);
  app.decorate('traffic', traffic);
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler((thrown, request, reply) => {
    const failure = describeFailure(thrown, request, options.bodyLimitBytes);
    const error = whileStarting(failure, parts.readiness?.() ?? { state: 'ready' });
    tellError(parts.emit, error, request.id);
    return reply.code(error.status).headers(retryHeaders(error)).send(errorBody(error));
  });
  const otherMethods = new OtherMethods();
  otherMethods.follow(app);
  app.setNotFoundHandler(({ method, url }, reply) => {
    const path = url.split('?')[0] ?? '';
    const allowed = otherMethods.allowed(path);
    const error = nothingThere(method, path, allowed);
    if (error.code === 'method_not_allowed') reply.header('allow', allowed.join(', '));
    throw error;
  });
  followRequests(app, traffic, parts.emit);
  await shareWith(app, options.corsOrigins);
  guardAccess(app, parts.tenants, { corsOrigins: options.corsOrigins, loopback: isLoopback(options.host) });
  await app.register(compress, compressionOptions(options.compressionMinBytes));
  await registerOpenApi(app, parts);
  await parts.routes(app);
  return {
    app,
    listen: () => listen(app, options),
    close: closer(app, traffic, options.shutdownTimeoutMs),
    cutOff: () => traffic.cutOff(),
  };
}

/**
 * Lets pages of other origins in, where some are configured. Else nothing is added to any response, and their
 * preflights are refused like their requests.
 */
async function shareWith(app: App, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: origins.includes('*') ? true : [...origins],
    exposedHeaders: [
      ...['x-request-id', 'server-timing', 'retry-after', 'x-narae-cache'],
      ...['content-location', 'location', 'x-pagination-next'],
    ],
  });
}

function limitsOf({ maxConnections, maxRequestsInFlight }: HttpOptions): Partial<TrafficLimits> {
  return {
    ...(maxConnections !== undefined && { maxConnections }),
    ...(maxRequestsInFlight !== undefined && { maxRequestsInFlight }),
  };
}

function closer(app: App, traffic: Traffic, timeoutMs: number): HttpServer['close'] {
  let closing: Promise<void> | undefined;
  return (how) => {
    if (closing !== undefined && how === 'stop') traffic.leaveBy(how, app.server);
    closing ??= leaveAndClose(app, traffic, how ?? 'stop', timeoutMs);
    return closing;
  };
}

/** Level 4 of brotli and 6 of gzip: most of the saving for a tenth of the time of the highest. */
function compressionOptions(thresholdBytes: number) {
  return {
    global: true,
    threshold: thresholdBytes,
    encodings: ['br', 'gzip', 'deflate', 'identity'] as ('br' | 'gzip' | 'deflate' | 'identity')[],
    brotliOptions: { params: { [zlib.BROTLI_PARAM_QUALITY]: 4 } },
    zlibOptions: { level: 6 },
  };
}

async function registerOpenApi(app: App, parts: HttpServerParts): Promise<void> {
  await app.register(swagger, {
    openapi: {
      info: { title: 'Narae', version: parts.version, description: 'Answers from your documents, cited.' },
      ...(parts.tenants.keysRequired && {
        components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
        security: [{ apiKey: [] }],
      }),
    },
  });
  app.get('/openapi.json', { config: { open: true }, schema: { hide: true } }, async () => app.swagger());
}

async function listen(app: App, options: HttpOptions): Promise<string> {
  try {
    return await app.listen({ host: options.host, port: options.port });
  } catch (thrown) {
    throw listenError(thrown as NodeJS.ErrnoException, options);
  }
}

function listenError(thrown: NodeJS.ErrnoException, { host, port }: HttpOptions): unknown {
  switch (thrown.code) {
    case 'EADDRINUSE':
      return new NaraeError('port_in_use', { values: { host, port, suggestion: port + 1 } });
    case 'EACCES':
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new NaraeError('host_unavailable', {
        values: { host, port, reason: refusalText(thrown.code, port) },
        cause: thrown,
      });
    default:
      return thrown;
  }
}

/** Below 1024 the address is seldom at fault. */
function refusalText(code: string, port: number): string {
  if (code !== 'EACCES') return code;
  return port < 1024 ? 'EACCES: ports below 1024 are for root; choose one above with --port' : code;
}

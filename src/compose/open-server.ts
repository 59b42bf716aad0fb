import { type Config, PACKAGE } from '../config/index.js';
import {
  createHttpServer,
  type HttpServer,
  type Readiness,
  type RouteParts,
  registerRoutes,
} from '../http/index.js';
import { createTenantDirectory } from '../tenants/index.js';
import { exampleQuestions } from './example-questions.js';
import type { Observers } from './open-observers.js';
import type { Parts } from './parts.js';
import { httpOptions, sseOptions } from './room-options.js';
import { ingestVia, metricsOfAll, type WorkerPlace } from './worker-place.js';

export interface ServerStandsOn extends Observers {
  readonly parts: Parts;
  readonly readiness: () => Readiness;
  readonly place: WorkerPlace | undefined;
}

/** The server with all routes; it does not listen yet. */
export function serverFor(
  config: Config,
  { parts, emit, metrics, readiness, place }: ServerStandsOn,
): Promise<HttpServer> {
  const tenants = createTenantDirectory(config.server);
  const admins = createTenantDirectory({ apiKeys: config.server.adminKeys });
  const routeParts: RouteParts = {
    ...routeSettings(config, parts),
    ...parts,
    emit,
    metrics,
    tenants,
    admins,
    readiness,
    ...(place && { ingest: ingestVia(parts.ingest, place), metrics: metricsOfAll(metrics, place) }),
  };
  return createHttpServer(httpOptions(config), {
    emit,
    tenants,
    version: PACKAGE.version,
    readiness,
    routes: (app) => registerRoutes(app, routeParts),
  });
}

/** What routes take from the configuration. */
function routeSettings(config: Config, { store, served, embedder, flow }: Parts) {
  const { server, retrieval, answer, threads } = config;
  const [defaultModel = { name: 'extractive', provider: 'extractive' }] = flow.models;
  return {
    defaultCollection: served.collection,
    defaultK: retrieval.k,
    sse: sseOptions(config),
    bodyLimitBytes: server.bodyLimitBytes,
    onDisconnect: threads.onDisconnect,
    maxQuestionCharacters: answer.maxQuestionCharacters,
    batchMaxQuestions: answer.batchMaxQuestions,
    uploadLimitBytes: server.uploadLimitBytes,
    pageFolder: PACKAGE.pageFolder,
    info: {
      version: PACKAGE.version,
      defaultModel,
      defaultCollection: served.collection,
      embedder: embedder.id,
      uploadLimitBytes: server.uploadLimitBytes,
      examples: (tenant: string) => exampleQuestions(store, tenant, served),
    },
  };
}

import Type from 'typebox';
import { NaraeError } from '../../core/index.js';
import { DEFAULT_TENANT, type TenantDirectory } from '../../tenants/index.js';
import { bearerKey } from '../access.js';
import type { App } from '../app.js';
import { type DegradedPart, notReady, type Readiness } from '../readiness.js';

/** What `/v1/info` tells the page. */
export interface ServerInfo {
  readonly version: string;
  readonly defaultModel: { readonly name: string; readonly provider: string };
  readonly defaultCollection: string;
  readonly embedder: string;
  readonly uploadLimitBytes: number;
  /** Questions that the collection can answer, for an empty page; few. */
  examples(tenant: string): Promise<readonly string[]>;
}

export interface SystemRouteParts {
  readonly info: ServerInfo;
  readonly tenants: TenantDirectory;
  readonly readiness: () => Readiness;
  /** Empty when all is well. */
  readonly degraded: () => readonly DegradedPart[];
  readonly metrics: { render(): Promise<string>; readonly contentType: string };
}

const tags = ['system'];

const ReadyQuery = Type.Object({
  require: Type.Optional(
    Type.Literal('conversations', { description: 'Not ready either while conversations wait for Redis' }),
  ),
});

/** Health, readiness, metrics and what the page needs to know. */
export async function systemRoutes(app: App, parts: SystemRouteParts): Promise<void> {
  app.get(
    '/healthz',
    { config: { open: true, always: true }, schema: { tags, summary: 'The process is alive' } },
    async () => ({
      status: 'ok',
    }),
  );

  app.get(
    '/readyz',
    {
      config: { open: true, always: true },
      schema: { tags, summary: 'Questions can be answered', querystring: ReadyQuery },
    },
    async ({ query }) => {
      if (app.traffic.isStopping) throw new NaraeError('closing', { retryAfterSeconds: 1 });
      const readiness = parts.readiness();
      if (readiness.state !== 'ready') throw notReady(readiness.what);
      const degraded = parts.degraded();
      if (degraded.some(({ part }) => part === query.require))
        throw notReady(`${query.require} wait for Redis`);
      return { status: 'ready', ...(degraded.length > 0 && { degraded }) };
    },
  );

  app.get(
    '/metrics',
    { config: { always: true }, schema: { tags, summary: 'Prometheus metrics' } },
    async (_request, reply) => {
      reply.type(parts.metrics.contentType);
      return parts.metrics.render();
    },
  );

  app.get(
    '/v1/info',
    { config: { open: true }, schema: { tags, summary: 'What this server is' } },
    async (request) => {
      const known = tenantOf(bearerKey(request), parts.tenants);
      const open = { name: 'narae', version: parts.info.version, auth_required: parts.tenants.keysRequired };
      return known === undefined ? open : { ...open, ...(await fullInfo(parts.info, known)) };
    },
  );
}

function tenantOf(key: string | undefined, tenants: TenantDirectory): string | undefined {
  if (!tenants.keysRequired) return DEFAULT_TENANT;
  return key === undefined ? undefined : tenants.find(key);
}

async function fullInfo(info: ServerInfo, tenant: string) {
  return {
    default_model: info.defaultModel,
    default_collection: info.defaultCollection,
    embedder: info.embedder,
    upload_limit_bytes: info.uploadLimitBytes,
    examples: await info.examples(tenant),
  };
}

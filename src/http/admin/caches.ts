import Type from 'typebox';
import type { SemanticReport } from '../../answer/index.js';
import type { CacheStatistics, Caches } from '../../cache/spec.js';
import { NaraeError } from '../../core/index.js';
import { DEFAULT_TENANT, type TenantDirectory } from '../../tenants/index.js';
import type { App } from '../app.js';
import { requireAdmin } from './access.js';

export interface CacheRouteParts {
  /** Absent where caching is switched off. */
  readonly caches?: Caches;
  /** Of answers that serve questions that mean the same; undefined, or absent, where that is off. */
  readonly semanticReport?: () => SemanticReport | undefined;
  /** Whose keys open what changes things. */
  readonly admins: TenantDirectory;
  readonly tenants: TenantDirectory;
}

const tags = ['admin'];

const Name = Type.Object({ name: Type.String() });
const Scope = Type.Object({
  tenant: Type.Optional(Type.String({ minLength: 1, description: 'Whose entries; default: `default`.' })),
  pattern: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1_000, description: '`*` and `?`, on the names of entries.' }),
  ),
  tag: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1_000, description: 'A name that entries were given.' }),
  ),
});

/** `GET /admin/caches`, `DELETE /admin/caches/{name}`. */
export async function cacheRoutes(
  app: App,
  { caches, semanticReport, admins, tenants }: CacheRouteParts,
): Promise<void> {
  // Their own guard asks for keys, which need not be the API's.
  const config = { open: true };
  app.get(
    '/admin/caches',
    { config, schema: { tags, summary: 'What each cache holds and has saved' } },
    async (request) => {
      requireAdmin(request, admins, tenants);
      const semantic = semanticReport?.();
      return { ...cachesJson(caches), ...(semantic && { semantic: semanticJson(semantic) }) };
    },
  );

  app.delete(
    '/admin/caches/:name',
    { config, schema: { tags, summary: 'Drop entries of a cache', params: Name, querystring: Scope } },
    async (request) => {
      requireAdmin(request, admins, tenants);
      const { name } = request.params;
      if (caches === undefined)
        throw new NaraeError('cache_not_found', { values: { cache: name, known: 'none' } });
      const { tenant = DEFAULT_TENANT, ...scope } = request.query;
      return { cache: name, dropped: await caches.invalidate(name, { tenant, ...scope }) };
    },
  );
}

function cachesJson(caches: Caches | undefined) {
  const named = Object.entries(caches?.statistics() ?? {});
  const shared = caches?.sharedSize();
  return {
    caches: Object.fromEntries(named.map(([name, statistics]) => [name, statisticsJson(statistics)])),
    ...(shared && { shared }),
  };
}

function semanticJson({ questions, bytes, hits, compared, falseHits, ...rest }: SemanticReport) {
  const { falseHitRate, interval, examples } = rest;
  return {
    ...{ questions, bytes, hits, compared, false_hits: falseHits },
    ...(falseHitRate !== undefined && { false_hit_rate: falseHitRate }),
    interval,
    examples,
  };
}

function statisticsJson({ sharedHits, sharedFailures, saved, ...counted }: CacheStatistics) {
  const { llmCalls, tokens, dollars } = saved;
  const asked = counted.hits + counted.stale + counted.joins + counted.misses;
  return {
    ...counted,
    shared_hits: sharedHits,
    shared_failures: sharedFailures,
    hit_rate: asked === 0 ? 0 : (asked - counted.misses) / asked,
    saved: { llm_calls: llmCalls, tokens, dollars },
  };
}

import { NaraeError } from '../core/index.js';
import { invalid } from './check.js';
import type { ConfigEntry } from './load.js';
import { configuredModels, isNamed } from './models.js';
import { DEFAULT_ORIGIN, type Origin } from './origin.js';
import type { Config } from './schema.js';
import { trimSlash, VENDOR_DEFAULTS } from './vendors.js';

/** What no single key can say: conditions between keys. Throws `config_invalid` for the first that does not hold. */
export function checkRules(config: Config, entries: readonly ConfigEntry[]): void {
  const fail = (key: string, reason: string): never => {
    throw invalid(key, reason, originOf(entries, key));
  };
  checkChunks(config, fail);
  checkEmbedder(config, fail);
  checkLlm(config, fail);
  checkModelNames(config, fail);
  checkFallbacks(config, fail);
  checkBatch(config, fail);
  checkCache(config, fail);
  checkGraphs(config, fail);
  checkSemantic(config, fail);
  checkThreads(config, fail);
}

type Fail = (key: string, reason: string) => never;

function checkChunks({ ingest }: Config, fail: Fail): void {
  if (ingest.chunkOverlapTokens * 2 >= ingest.chunkTokens) {
    fail(
      'ingest.chunkOverlapTokens',
      `must be less than half of ingest.chunkTokens, which is ${ingest.chunkTokens}`,
    );
  }
}

type EmbedderKey = 'model' | 'baseUrl' | 'apiKey' | 'dimensions' | 'modelDir';

/** Keys that say nothing to an embedder: refused, since whoever set one expects it to do something. */
const STRAY_EMBEDDER_KEYS: Record<Config['embedder']['provider'], readonly EmbedderKey[]> = {
  builtin: ['model', 'baseUrl', 'apiKey', 'dimensions', 'modelDir'],
  onnx: ['model', 'baseUrl', 'apiKey', 'dimensions'],
  openai: ['modelDir'],
};

function checkEmbedder({ embedder }: Config, fail: Fail): void {
  const { provider } = embedder;
  const stray = STRAY_EMBEDDER_KEYS[provider].find((leaf) => leaf in embedder);
  if (stray) fail(`embedder.${stray}`, `means nothing while embedder.provider is ${provider}`);
  if (provider === 'onnx' && embedder.modelDir === undefined) {
    fail('embedder.modelDir', 'is missing: give the folder of the local model');
  }
  if (provider !== 'openai') return;
  if (embedder.baseUrl === undefined && embedder.apiKey === undefined) {
    fail('embedder.apiKey', 'is missing: set NARAE_EMBEDDER_API_KEY or OPENAI_API_KEY, or embedder.baseUrl');
  }
  if (!isVendorUrl(embedder.baseUrl) && embedder.model === undefined) {
    fail('embedder.model', 'is missing: name the embedding model that the server at embedder.baseUrl offers');
  }
}

function isVendorUrl(baseUrl: string | undefined): boolean {
  return baseUrl === undefined || trimSlash(baseUrl) === VENDOR_DEFAULTS.openai.baseUrl;
}

function checkLlm({ llm }: Config, fail: Fail): void {
  if (llm.provider === 'extractive' || llm.apiKey !== undefined) return;
  if (llm.provider === 'openai' && llm.baseUrl !== undefined) return;
  const variable = llm.provider === 'openai' ? 'OPENAI_API_KEY' : 'ANTHROPIC_API_KEY';
  const namesEntry = llm.models.some((entry) => isNamed(entry, llm.model));
  if (!namesEntry) fail('llm.apiKey', `is missing: set NARAE_LLM_API_KEY or ${variable}`);
}

function checkModelNames({ llm }: Config, fail: Fail): void {
  const seen = new Set(['extractive']);
  const take = (name: string, key: string): void => {
    if (seen.has(name)) fail(key, `is taken: "${name}" names another model`);
    seen.add(name);
  };
  for (const [index, { name, aliases = [] }] of llm.models.entries()) {
    take(name, `llm.models[${index}].name`);
    for (const [at, alias] of aliases.entries()) take(alias, `llm.models[${index}].aliases[${at}]`);
  }
}

function checkFallbacks(config: Config, fail: Fail): void {
  const names = configuredModels(config).map(({ name }) => name);
  const check = (chain: readonly string[], key: string, own?: string): void => {
    const stranger = chain.find((name) => !names.includes(name));
    if (stranger !== undefined)
      fail(key, `names no model "${stranger}"; there are: ${names.filter(Boolean).join(', ')}`);
    if (own !== undefined && chain.includes(own)) fail(key, 'names the model itself');
  };
  check(config.routing.fallback, 'routing.fallback');
  for (const [index, { name, fallback = [] }] of config.llm.models.entries())
    check(fallback, `llm.models[${index}].fallback`, name);
}

function checkBatch({ answer }: Config, fail: Fail): void {
  if (answer.batchConcurrency <= answer.batchMaxConcurrency) return;
  fail(
    'answer.batchConcurrency',
    `must not be above answer.batchMaxConcurrency, which is ${answer.batchMaxConcurrency}`,
  );
}

function checkCache({ cache, redis }: Config, fail: Fail): void {
  if (cache.shared === 'redis' && redis.url === undefined)
    fail('redis.url', 'is missing: set REDIS_URL, or choose another cache.shared');
}

function checkSemantic(config: Config, fail: Fail): void {
  const { enabled, semanticCollections, semanticModels } = config.cache;
  if (!enabled && semanticCollections.length > 0)
    fail('cache.semanticCollections', 'means nothing while cache.enabled is false');
  if (!enabled && semanticModels.length > 0)
    fail('cache.semanticModels', 'means nothing while cache.enabled is false');
  const names = configuredModels(config)
    .flatMap((model) => [model.name ?? [], ...('aliases' in model ? (model.aliases ?? []) : [])])
    .flat();
  const stranger = semanticModels.find((name) => name !== '*' && !names.includes(name));
  if (stranger !== undefined)
    fail('cache.semanticModels', `names no model "${stranger}"; there are: ${names.join(', ')}`);
}

function checkThreads({ threads, redis }: Config, fail: Fail): void {
  if (threads.store === 'redis' && redis.url === undefined)
    fail('redis.url', 'is missing: set REDIS_URL, or choose another threads.store');
  if (threads.life === 'fixed' && threads.lifeHours === undefined)
    fail('threads.lifeHours', 'is missing: say how many hours an unused conversation lives');
  if (threads.life !== 'fixed' && threads.lifeHours !== undefined)
    fail('threads.lifeHours', `means nothing while threads.life is ${threads.life}`);
}

const GRAPH_ID = /^[A-Za-z0-9][\w.-]{0,63}$/;

function checkGraphs({ langgraph }: Config, fail: Fail): void {
  for (const id of Object.keys(langgraph.graphs)) {
    const key = `langgraph.graphs.${id}`;
    if (id === 'narae') fail(key, 'is taken by the built-in graph');
    if (!GRAPH_ID.test(id))
      fail(
        key,
        'must be named by letters, digits, ".", "_" or "-", at most 64, beginning with a letter or digit',
      );
  }
}

function originOf(entries: readonly ConfigEntry[], key: string): Origin {
  const name = key.replace(/\[.*$/, '').replace(/^(\w+\.\w+)\..*$/, '$1');
  return entries.find((entry) => entry.key === name)?.origin ?? DEFAULT_ORIGIN;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Throws `open_bind_refused` when `server` would be open to the network without a key and nobody asked for that. */
export function assertSafeBind(server: Config['server']): void {
  if (LOOPBACK.test(server.host) || server.apiKeys.length > 0 || server.allowUnauthenticated) return;
  throw new NaraeError('open_bind_refused', { field: 'server.host', values: { host: server.host } });
}

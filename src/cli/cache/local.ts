import type { CacheStatistics } from '../../cache/spec.js';
import type { Config } from '../../config/index.js';
import { NaraeError, newId } from '../../core/index.js';
import type { Parts } from '../app.js';
import { collectionToAsk } from '../parts.js';
import type { CachesAtHand, ShownStatistics, WarmOutcome } from './caches.js';

/** The caches below the data folder, or in Redis, without a server: what a new process finds there. */
export function localCaches(parts: Parts, config: Config, signal: AbortSignal): CachesAtHand {
  const { caches } = parts;
  if (caches === undefined) {
    const reason = 'Caching is switched off: cache.enabled is false.';
    throw new NaraeError('usage', { values: { reason, help: 'narae cache --help' } });
  }
  return {
    async show() {
      const named = Object.entries(caches.statistics());
      const shared = caches.sharedSize();
      return {
        caches: Object.fromEntries(named.map(([name, counted]) => [name, shown(counted)])),
        ...(shared && { shared }),
      };
    },
    clear: (name, pattern) =>
      caches.invalidate(name, { tenant: parts.tenant, ...(pattern !== undefined && { pattern }) }),
    warm: (questions) => warm(parts, config, questions, signal),
  };
}

function shown({ hits, misses, joins, stale, entries, bytes, saved }: CacheStatistics): ShownStatistics {
  const asked = hits + joins + stale + misses;
  const { llmCalls: llm_calls, tokens, dollars } = saved;
  const hit_rate = asked === 0 ? 0 : (asked - misses) / asked;
  return { hits, misses, joins, stale, entries, bytes, hit_rate, saved: { llm_calls, tokens, dollars } };
}

async function* warm(
  parts: Parts,
  config: Config,
  questions: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<WarmOutcome, void, undefined> {
  const collection = await collectionToAsk(parts, config);
  const retrieval = { enabled: 'model-decides' as const, collection, k: config.retrieval.k };
  const requests = questions.map((content) => ({
    requestId: newId('req'),
    tenant: parts.tenant,
    messages: [{ role: 'user' as const, content }],
    retrieval,
    parameters: {},
  }));
  for await (const outcome of parts.flow.answerAll(requests, { signal }))
    yield outcome.status === 'failed' ? 'failed' : outcomeOf(outcome.answer.recall?.outcome);
}

/** A hit, however it came about, costs nothing; all else was written. */
export function outcomeOf(recall: string | undefined): WarmOutcome {
  return recall === 'hit' || recall === 'joined' || recall === 'semantic' ? 'kept' : 'written';
}

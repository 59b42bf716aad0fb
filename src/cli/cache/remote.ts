import type { Config } from '../../config/index.js';
import { callServer } from '../remote/server.js';
import type { CachesAtHand, ShownCaches, WarmOutcome } from './caches.js';
import { outcomeOf } from './local.js';

/** Questions in one request. */
const LIST_LENGTH = 200;

interface BatchResult {
  readonly status: 'answered' | 'failed';
  readonly answer?: { readonly narae?: { readonly cache?: { readonly outcome?: string } } };
}

/** The caches of a running server. */
export function remoteCaches(server: string, config: Config, signal: AbortSignal): CachesAtHand {
  const at = { server, config, signal };
  return {
    async show() {
      return (await (await callServer({ ...at, path: '/admin/caches' })).json()) as ShownCaches;
    },
    async clear(name, pattern) {
      const query = pattern === undefined ? '' : `?${new URLSearchParams({ pattern })}`;
      const path = `/admin/caches/${encodeURIComponent(name)}${query}`;
      const response = await callServer({ ...at, path, method: 'DELETE' });
      return ((await response.json()) as { readonly dropped: number }).dropped;
    },
    async *warm(questions) {
      for (let from = 0; from < questions.length; from += LIST_LENGTH) {
        const body = { questions: questions.slice(from, from + LIST_LENGTH), stream: false };
        const response = await callServer({ ...at, path: '/v1/batch', body });
        const { results } = (await response.json()) as { readonly results: readonly BatchResult[] };
        yield* results.map(warmOutcome);
      }
    },
  };
}

function warmOutcome({ status, answer }: BatchResult): WarmOutcome {
  return status === 'failed' ? 'failed' : outcomeOf(answer?.narae?.cache?.outcome);
}

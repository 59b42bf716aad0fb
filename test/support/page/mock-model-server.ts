import { startMockLlm } from '../../../dist/lab/index.js';
import { startServer } from './narae-page.js';
import type { PageServer } from './visits.js';

/** Long enough to reload in its middle. */
const SLOW = 'mock:token_ms=40,tokens=100';
const QUICK = 'mock:tokens=24';

export const SLOW_MODEL = 'slow';

/** The real server over the test documents, with the mock model: `quick`, the default, and `slow`. */
export async function startMockModelServer(env: Readonly<Record<string, string>> = {}): Promise<PageServer> {
  const mock = await startMockLlm();
  const model = (name: string, upstreamModel: string) => ({
    ...{ name, upstreamModel, provider: 'openai', baseUrl: `${mock.url}/v1` },
  });
  const models = JSON.stringify([model('quick', QUICK), model(SLOW_MODEL, SLOW)]);
  const server = await startServer({ env: { NARAE_LLM_MODELS: models, NARAE_LLM_MODEL: 'quick', ...env } });
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await mock.close();
    },
  };
}

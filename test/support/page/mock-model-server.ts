import { SlowProxy } from '../../../bench/support/slow-proxy.js';
import { startMockLlm } from '../../../dist/lab/index.js';
import { startServer } from './narae-page.js';
import type { PageServer } from './visits.js';

/** Long enough to reload in its middle. */
const SLOW = 'mock:token_ms=40,tokens=200';
const QUICK = 'mock:tokens=24';

export const SLOW_MODEL = 'slow';

export interface MockModelServer extends PageServer {
  /** Tears down every connection of the page; new ones get through. */
  cut(): void;
}

/** The real server over the test documents, with the mock model: `quick`, the default, and `slow`. */
export async function startMockModelServer(): Promise<MockModelServer> {
  const mock = await startMockLlm();
  const model = (name: string, upstreamModel: string) => ({
    ...{ name, upstreamModel, provider: 'openai', baseUrl: `${mock.url}/v1` },
  });
  const models = JSON.stringify([model('quick', QUICK), model(SLOW_MODEL, SLOW)]);
  const server = await startServer({ env: { NARAE_LLM_MODELS: models, NARAE_LLM_MODEL: 'quick' } });
  const proxy = await SlowProxy.start(Number(new URL(server.url).port));
  return {
    url: `http://127.0.0.1:${proxy.port}`,
    cut: () => proxy.cut(),
    close: async () => {
      await proxy.stop();
      await server.close();
      await mock.close();
    },
  };
}

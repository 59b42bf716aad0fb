import { createAnswerFlow } from '../../dist/answer/index.js';
import { defaultAnswerOptions } from '../../dist/answer/options.js';
import { createHttpServer } from '../../dist/http/index.js';
import { openaiRoutes } from '../../dist/http/openai/index.js';
import { createLlmRegistry } from '../../dist/llm/index.js';
import { defaultLlmOptions } from '../../dist/llm/options.js';
import { createTenantDirectory } from '../../dist/tenants/index.js';
import { fakeRetriever } from './fake-retriever.js';
import { startFakeUpstream } from './fake-upstream.js';

export const API_KEY = 'test-key-for-clients';

export interface AnswerServer {
  /** What clients are configured with: `http://127.0.0.1:<port>/v1`. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/**
 * The built server with the whole answer flow, over three fixed passages, in front of the fake model server. Every
 * name in `models` is a model whose upstream behaves as the fake's fault of that name; `extractive` is there too.
 */
export async function startAnswerServer(models: readonly string[]): Promise<AnswerServer> {
  const upstream = await startFakeUpstream();
  const { baseUrl } = upstream;
  const registry = createLlmRegistry({
    ...defaultLlmOptions,
    models: models.map((name) => ({ name, provider: 'openai', baseUrl })),
  });
  const emit = () => {};
  const flow = createAnswerFlow({
    registry,
    retriever: fakeRetriever(),
    options: defaultAnswerOptions,
    emit,
  });
  const server = await createHttpServer(HTTP, {
    emit,
    tenants: createTenantDirectory({ apiKeys: [API_KEY] }),
    version: '0',
    routes: (app) =>
      openaiRoutes(app, { flow, embedder: EMBEDDER, emit, defaultCollection: 'docs', defaultK: 8 }),
  });
  const url = await server.listen();
  return {
    baseUrl: `${url}/v1`,
    close: async () => {
      await server.close();
      await registry.close();
      await upstream.close();
    },
  };
}

const HTTP = {
  host: '127.0.0.1',
  port: 0,
  bodyLimitBytes: 2 ** 20,
  uploadLimitBytes: 2 ** 20,
  compressionMinBytes: 1024,
  corsOrigins: [],
  shutdownTimeoutMs: 1000,
};

const EMBEDDER = {
  id: 'builtin-1',
  dimensions: 3,
  fusionWeight: 0.2,
  batchSize: 8,
  embed: async (texts: readonly string[]) => texts.map((text) => Float32Array.of(text.length, 0.5, -1)),
  close: async () => {},
};

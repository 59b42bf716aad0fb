import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@langchain/langgraph-sdk';
import type { RunPart } from '../../dist/answer/index.js';
import { loadConfig } from '../../dist/config/index.js';
import { createHttpServer, type HttpServer, langGraphRoutes } from '../../dist/http/index.js';
import { type MockLlm, startMockLlm } from '../../dist/lab/index.js';
import { openParts } from '../../dist/main.js';
import type { Runs, ThreadStore } from '../../dist/threads/index.js';
import { mockModel } from './fault-lab.js';
import { TempFolder } from './temp-folder.js';

const GRAPHS = fileURLToPath(new URL('../fixtures/graphs', import.meta.url));

const SOURCES: Readonly<Record<string, string>> = {
  support: 'support.mjs:graph',
  counter: 'support.mjs:counter',
  missing: 'nowhere.mjs:graph',
  wrong: 'support.mjs:notAGraph',
};

/** Keys of two tenants. */
export const KEYS: Readonly<Record<string, string>> = { 'key-of-one': 'default', 'key-of-two': 'two' };

const DOCUMENTS: Readonly<Record<string, string>> = {
  'refund.md': '# Refunds\n\nA refund takes 14 days after the return of the goods.\n',
  '휴가.md': '# 휴가\n\n연차 휴가는 1년에 15일입니다.\n',
};

/** LangGraph's API on real parts, with a key for each of two tenants. */
export class LangGraphServer {
  readonly url: string;
  readonly threads: ThreadStore;
  readonly runs: Runs<RunPart>;
  readonly #http: HttpServer;
  readonly #close: () => Promise<void>;

  private constructor(
    url: string,
    http: HttpServer,
    { threads, runs }: { threads: ThreadStore; runs: Runs<RunPart> },
    close: () => Promise<void>,
  ) {
    this.url = url;
    this.threads = threads;
    this.runs = runs;
    this.#http = http;
    this.#close = close;
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<LangGraphServer> {
    const folder = new TempFolder();
    const docs = join(folder.path, 'docs');
    await mkdir(docs);
    for (const [name, text] of Object.entries(DOCUMENTS)) await writeFile(join(docs, name), text);
    const mock: MockLlm = await startMockLlm({ tokens: 40, tokenMs: 5 });
    const upstreams = { mock: 'mock', slow: 'mock:token_ms=80', endless: 'mock:tokens=100000' };
    const models = Object.entries(upstreams).map(([name, upstreamModel]) =>
      mockModel(mock, name, upstreamModel),
    );
    const { config } = loadConfig({
      cwd: folder.path,
      environment: {
        NARAE_DATA: join(folder.path, 'data'),
        NARAE_LLM_MODELS: JSON.stringify(models),
        NARAE_CACHE_ENABLED: 'false',
        NARAE_LANGGRAPH_GRAPHS: JSON.stringify(
          Object.fromEntries(Object.entries(SOURCES).map(([id, source]) => [id, join(GRAPHS, source)])),
        ),
        ...environment,
      },
    });
    const parts = await openParts(config);
    await parts.ingest.ingestFolder(docs, { tenant: 'default', collection: 'docs' });
    const { conversations } = parts;
    const http = await createHttpServer(
      {
        host: '127.0.0.1',
        port: 0,
        bodyLimitBytes: 1 << 20,
        uploadLimitBytes: 1 << 20,
        compressionMinBytes: 1 << 20,
        corsOrigins: ['https://app.example'],
        shutdownTimeoutMs: 1_000,
      },
      {
        emit: () => {},
        tenants: { keysRequired: true, find: (key) => KEYS[key] },
        version: 'test',
        routes: (app) =>
          langGraphRoutes(app, {
            flow: parts.flow,
            background: parts.background,
            emit: () => {},
            conversations,
            defaultCollection: 'docs',
            defaultK: 5,
            bodyLimitBytes: 1 << 20,
            info: { version: 'test' },
            graphs: parts.graphs,
          }),
      },
    );
    const url = await http.listen();
    return new LangGraphServer(url, http, conversations, async () => {
      await parts.close();
      await mock.close();
      folder.remove();
    });
  }

  client(apiKey = 'key-of-one', options: { readonly fetch?: typeof fetch } = {}): Client {
    return new Client({
      apiUrl: this.url,
      apiKey,
      callerOptions: { maxRetries: 0, ...(options.fetch && { fetch: options.fetch }) },
    });
  }

  async stop(): Promise<void> {
    await this.#http.close();
    await this.#close();
  }
}

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PASSAGES } from './fake-retriever.js';
import { startFakeUpstream } from './fake-upstream.js';
import { startNaraeServer, temporaryFolder } from './narae.js';

export const API_KEY = 'test-key-for-clients';

export interface AnswerServer {
  /** What clients are configured with: `http://127.0.0.1:<port>/v1`. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/**
 * `narae serve` over a folder of three short files, in front of the fake model server. Every name in `models` is a
 * model whose upstream behaves as the fake's fault of that name; `extractive` is there too.
 */
export async function startAnswerServer(models: readonly string[]): Promise<AnswerServer> {
  const upstream = await startFakeUpstream();
  const folder = await temporaryFolder();
  for (const { source, title, text } of PASSAGES)
    await writeFile(join(folder, source), `# ${title}\n\n${text}\n`);
  const { baseUrl } = upstream;
  const server = await startNaraeServer({
    folder,
    args: ['--collection', 'docs'],
    env: {
      NARAE_API_KEYS: API_KEY,
      NARAE_LLM_MODELS: JSON.stringify(models.map((name) => ({ name, provider: 'openai', baseUrl }))),
      NARAE_LLM_MODEL: models[0] ?? 'extractive',
      // The clients' tests count upstream calls and see each failure as it is.
      NARAE_ROUTING_MAX_ATTEMPTS: '1',
    },
  });
  return {
    baseUrl: `${server.url}/v1`,
    close: async () => {
      await server.stop();
      await upstream.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

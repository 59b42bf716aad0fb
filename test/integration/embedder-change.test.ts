import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbeddings } from '../support/embeddings.js';
import { HANDBOOK, startNaraeServer, temporaryFolder } from '../support/narae.js';

let dataDir: string;
let embeddings: Awaited<ReturnType<typeof startEmbeddings>>;
beforeAll(async () => {
  dataDir = await temporaryFolder();
  embeddings = await startEmbeddings();
});
afterAll(async () => {
  await embeddings.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface CollectionJson {
  readonly embedder: string;
  readonly next_embedder?: string;
}

async function collectionOf(url: string): Promise<CollectionJson> {
  return (await fetch(`${url}/v1/collections/default`)).json() as Promise<CollectionJson>;
}

async function search(url: string, mode: string): Promise<{ mode: string; results: { source: string }[] }> {
  const response = await fetch(`${url}/v1/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'annual leave', mode }),
  });
  return response.json() as Promise<{ mode: string; results: { source: string }[] }>;
}

async function untilEmbedder(url: string, name: string): Promise<void> {
  for (let attempt = 0; attempt < 2_000; attempt++) {
    if ((await collectionOf(url)).embedder.startsWith(name)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the collection did not change to ${name}`);
}

test('another embedder is brought in behind a running server, and back', async () => {
  const first = await startNaraeServer({ folder: HANDBOOK, dataDir });
  expect((await collectionOf(first.url)).embedder).toBe('builtin-1');
  await first.stop();

  const env = {
    NARAE_EMBEDDER_PROVIDER: 'openai',
    NARAE_EMBEDDER_BASE_URL: embeddings.url,
    NARAE_EMBEDDER_MODEL: 'tiny',
  };
  const second = await startNaraeServer({ folder: HANDBOOK, dataDir, env });
  expect((await search(second.url, 'hybrid')).results.length).toBeGreaterThan(0);
  await untilEmbedder(second.url, 'tiny');
  expect(await search(second.url, 'vector')).toMatchObject({ mode: 'vector', results: [{}, {}] });
  await second.stop();

  const third = await startNaraeServer({ folder: HANDBOOK, dataDir });
  await untilEmbedder(third.url, 'builtin');
  expect((await search(third.url, 'vector')).results.length).toBe(2);
  await third.stop();
});

test('an embedder that is out of reach leaves search by keyword', async () => {
  const env = {
    NARAE_EMBEDDER_PROVIDER: 'openai',
    NARAE_EMBEDDER_BASE_URL: 'http://127.0.0.1:9/v1',
    NARAE_EMBEDDER_MODEL: 'tiny',
    NARAE_EMBEDDER_DIMENSIONS: '8',
  };
  const server = await startNaraeServer({ folder: HANDBOOK, dataDir, env });
  const { results } = await search(server.url, 'hybrid');
  expect(results[0]?.source).toBe('leave.md');
  await server.stop();
});

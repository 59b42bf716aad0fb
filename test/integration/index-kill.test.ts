import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEmbedder, openIndexWriter, openRetrieval } from '../../dist/retrieval/index.js';
import { makeDocument } from '../support/documents.js';
import { TempFolder } from '../support/temp-folder.js';

const CHILD = fileURLToPath(new URL('../support/index-writer-child.mjs', import.meta.url));
const DOCUMENTS = 60;
const KILLS = 12;

let folder: TempFolder;
beforeEach(() => {
  folder = new TempFolder();
});
afterEach(() => folder.remove());

/** Round n writes every document with a text of its own and kills some: what is found must be of one round each. */
function start(round: number): ChildProcess {
  return fork(CHILD, [folder.path, String(round), String(DOCUMENTS)], { stdio: 'ignore' });
}

function exited(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

it('survives kill -9 at any moment, and the next run finishes the work', async () => {
  let lastVersion = 0;
  for (let round = 1; round <= KILLS; round++) {
    const child = start(round);
    const exit = exited(child);
    setTimeout(() => child.kill('SIGKILL'), 60 + ((round * 97) % 500));
    await exit;
    lastVersion = await checkConsistent(lastVersion);
  }
  expect(await exited(start(KILLS + 1))).toBe(0);
  await checkConsistent(lastVersion);
  const found = await everything();
  expect(new Set(found.map(({ text }) => text.split(' ')[1]))).toEqual(new Set([`round${KILLS + 1}`]));
  expect(new Set(found.map(({ source }) => source)).size).toBe(DOCUMENTS);
});

/** Rows, counts, texts and both indexes agree. */
async function checkConsistent(lastVersion: number): Promise<number> {
  const retrieval = await openRetrieval({ dataDir: folder.path });
  try {
    const collections = await retrieval.store.listCollections('t');
    const collection = collections[0];
    if (!collection) return lastVersion;
    expect(collection.version).toBeGreaterThanOrEqual(lastVersion);
    const { items } = await retrieval.store.listDocuments('t', 'c', { limit: 1_000 });
    expect(items).toHaveLength(collection.documents);
    expect(items.reduce((sum, item) => sum + item.chunks, 0)).toBe(collection.chunks);
    for (const item of items) await checkDocument(retrieval, item.id, item.chunks);
    expect(await retrieval.verify('t', 'c')).toBe(0);
    return collection.version;
  } finally {
    await retrieval.close();
  }
}

async function checkDocument(
  retrieval: Awaited<ReturnType<typeof openRetrieval>>,
  id: string,
  chunks: number,
): Promise<void> {
  const document = await retrieval.store.getDocument('t', 'c', id);
  const text = await retrieval.store.getDocumentText('t', 'c', id);
  const filter = { source: document.source };
  for (const mode of ['keyword', 'vector'] as const) {
    const { results } = await retrieval.retriever.search({
      tenant: 't',
      collection: 'c',
      queries: ['common 낱말'],
      k: 100,
      mode,
      filter,
      forceNew: true,
    });
    const passages = results[0] ?? [];
    expect(passages).toHaveLength(chunks);
    for (const { text: part, position } of passages)
      expect(text.slice(position.start, position.end)).toBe(part);
  }
}

async function everything() {
  const retrieval = await openRetrieval({ dataDir: folder.path });
  const found = [];
  for (let at = 0; at < DOCUMENTS; at++) {
    const { results } = await retrieval.retriever.search({
      tenant: 't',
      collection: 'c',
      queries: ['common'],
      k: 100,
      mode: 'keyword',
      filter: { source: `${at}.md` },
    });
    found.push(...(results[0] ?? []));
  }
  await retrieval.close();
  return found;
}

it('lets readers and writers of several processes work side by side', async () => {
  const embedder = await createEmbedder({ kind: 'builtin' });
  const writer = openIndexWriter({ dataDir: folder.path, tenant: 't', collection: 'other', embedder });
  const children = [start(1), start(2)];
  const exits = children.map(exited);
  let running = true;
  const done = Promise.all(exits).finally(() => {
    running = false;
  });
  const retrieval = await openRetrieval({ dataDir: folder.path });
  for (let at = 0; running; at++) {
    writer.put(...makeDocument(`${at % 5}.md`, [`common text ${at}`]));
    await writer.commit();
    if (at % 10 === 9) await writer.optimise();
    const { results } = await retrieval.retriever.search({
      tenant: 't',
      collection: 'other',
      queries: ['common'],
      k: 100,
      mode: 'hybrid',
    });
    expect(results[0]).toHaveLength(Math.min(at + 1, 5));
  }
  expect(await done).toEqual([0, 0]);
  await writer.close();
  await retrieval.close();
  await checkConsistent(1);
});

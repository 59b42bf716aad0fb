import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeDocument } from '../../../../test/support/documents.js';
import { searchOnce } from '../../../../test/support/engine.js';
import { TempFolder } from '../../../../test/support/temp-folder.js';
import { BuiltinEmbedder } from '../../embedders/builtin.js';
import type { Embedder } from '../../spec.js';
import { requireCollection } from './collections.js';
import { openIndexWriter } from './index-writer.js';
import { collectionsToMigrate, migrateEmbedder } from './migrate-embedder.js';
import { openDatabase } from './schema.js';

let folder: TempFolder;
beforeEach(() => {
  folder = new TempFolder();
});
afterEach(() => folder.remove());

const TEXTS = Array.from({ length: 1_300 }, (_, at) => `passage ${at} 나래 ${at % 13}`);
const target = () => ({ dataDir: folder.path, tenant: 't', collection: 'c' });

/** Another embedder: two components, by the text's length. Counts what it is asked to embed. */
function otherEmbedder(): Embedder & { texts: number } {
  return {
    id: 'other@2',
    dimensions: 2,
    fusionWeight: 0.5,
    batchSize: 64,
    texts: 0,
    async embed(texts) {
      this.texts += texts.length;
      return texts.map((text) => Float32Array.of(Math.cos(text.length), Math.sin(text.length)));
    },
    async close() {},
  };
}

async function write(embedder: Embedder, source: string, texts: readonly string[]): Promise<void> {
  const writer = openIndexWriter({ ...target(), embedder });
  writer.put(...makeDocument(source, texts));
  await writer.commit();
  await writer.optimise();
  await writer.close();
}

function inspect() {
  const db = openDatabase(folder.path);
  try {
    const vectors = db.all<{ name: string; n: number }>(
      'SELECT e.name, count(*) AS n FROM vectors v JOIN embedders e ON e.id = v.embedder_id GROUP BY 1 ORDER BY 1',
    );
    return {
      collection: requireCollection(db, 't', 'c'),
      vectors: Object.fromEntries(vectors.map(({ name, n }) => [name, n])),
      waiting: collectionsToMigrate(db, 't', 'other@2'),
    };
  } finally {
    db.close();
  }
}

it('embeds anew, goes on after an abort, and switches at once when complete', async () => {
  const [builtin, other] = [new BuiltinEmbedder(), otherEmbedder()];
  await write(builtin, 'a.md', TEXTS);
  expect(inspect()).toMatchObject({ waiting: ['c'], collection: { embedder: builtin.id } });

  const controller = new AbortController();
  const aborted = migrateEmbedder({
    ...target(),
    embedder: other,
    signal: controller.signal,
    onProgress: ({ chunksDone }) => chunksDone >= 512 && controller.abort(),
  });
  await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
  expect(inspect().collection).toMatchObject({ embedder: builtin.id, nextEmbedder: other.id });
  const during = await searchOnce({ dataDir: folder.path, query: 'passage 700', mode: 'vector', k: 3 });
  expect(during.passages).toHaveLength(3);

  const { chunksEmbedded } = await migrateEmbedder({ ...target(), embedder: other });
  expect(chunksEmbedded).toBe(TEXTS.length - 512);
  expect(other.texts).toBe(TEXTS.length);
  const after = inspect();
  expect(after).toMatchObject({ waiting: [], vectors: { 'other@2': TEXTS.length } });
  expect(after.collection).toMatchObject({ embedder: other.id, nextEmbedder: undefined });
  const query = TEXTS[42] as string;
  const found = await searchOnce({ dataDir: folder.path, query, mode: 'vector', embedder: other, k: 3 });
  expect(found.passages[0]?.score).toBeCloseTo(1, 3);
});

it('keeps what was written by the next embedder before the change', async () => {
  const [builtin, other] = [new BuiltinEmbedder(), otherEmbedder()];
  await write(builtin, 'a.md', TEXTS.slice(0, 40));
  await write(other, 'b.md', TEXTS.slice(40, 60));
  const before = inspect();
  expect(before.vectors).toEqual({ [builtin.id]: 40, 'other@2': 20 });
  expect(before.collection).toMatchObject({ embedder: builtin.id, nextEmbedder: 'other@2' });
  const keyword = await searchOnce({ dataDir: folder.path, query: '나래', mode: 'keyword' });
  expect(keyword.passages).toHaveLength(60);

  expect(await migrateEmbedder({ ...target(), embedder: other })).toEqual({ chunksEmbedded: 40 });
  expect(inspect()).toMatchObject({ waiting: [], vectors: { 'other@2': 60 } });
  const found = await searchOnce({ dataDir: folder.path, query: 'x', mode: 'vector', embedder: other });
  expect(found.passages).toHaveLength(60);
});

it('does nothing, and raises no version, when all is done', async () => {
  const builtin = new BuiltinEmbedder();
  await write(builtin, 'a.md', TEXTS.slice(0, 5));
  const { collection } = inspect();
  expect(await migrateEmbedder({ ...target(), embedder: builtin })).toEqual({ chunksEmbedded: 0 });
  expect(inspect().collection.version).toBe(collection.version);
});

it('gives an empty collection the embedder of its first writer', async () => {
  const other = otherEmbedder();
  openIndexWriter({ ...target(), embedder: new BuiltinEmbedder() }).close();
  await write(other, 'a.md', TEXTS.slice(0, 5));
  expect(inspect()).toMatchObject({ waiting: [], collection: { embedder: 'other@2' } });
});

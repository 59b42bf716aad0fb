import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createEmbedder,
  type Embedder,
  openIndexWriter,
  openRetrieval,
  type Retrieval,
} from '../../dist/retrieval/index.js';
import { makeDocument } from '../support/documents.js';
import { TempFolder } from '../support/temp-folder.js';

let folder: TempFolder;
let embedder: Embedder;
let retrieval: Retrieval;
beforeEach(async () => {
  folder = new TempFolder();
  embedder = await createEmbedder({ kind: 'builtin' });
  retrieval = await openRetrieval({ dataDir: folder.path });
});
afterEach(async () => {
  await retrieval.close();
  folder.remove();
});

async function write(tenant: string, collection: string, sources: readonly string[]): Promise<void> {
  const writer = openIndexWriter({ dataDir: folder.path, tenant, collection, embedder });
  for (const source of sources) writer.put(...makeDocument(source, [`text of ${source}`, `나래 ${tenant}`]));
  await writer.commit();
  await writer.close();
}

const search = (tenant: string, query = '나래', collection = 'docs') =>
  retrieval.retriever.search({ tenant, collection, queries: [query], k: 100, mode: 'hybrid' });

describe('collections', () => {
  it('are created, listed, described and deleted', async () => {
    const { store } = retrieval;
    const created = await store.createCollection('t', '문서-1');
    expect(created).toMatchObject({
      name: '문서-1',
      version: 0,
      documents: 0,
      chunks: 0,
      embedder: embedder.id,
    });
    await store.createCollection('t', 'a.b_c');
    expect((await store.listCollections('t')).map(({ name }) => name)).toEqual(['a.b_c', '문서-1']);
    await expect(store.createCollection('t', '문서-1')).rejects.toMatchObject({ code: 'collection_exists' });
    await store.deleteCollection('t', '문서-1');
    await expect(store.getCollection('t', '문서-1')).rejects.toMatchObject({ code: 'collection_not_found' });
    await expect(store.deleteCollection('t', '문서-1')).rejects.toMatchObject({
      code: 'collection_not_found',
    });
  });

  it.each([
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'a\\b',
    '.hidden',
    'x.',
    'a b',
    'a\0b',
    'x'.repeat(65),
    '<x>',
    "'; DROP TABLE",
  ])('may not be called %j', async (name) => {
    const invalid = { code: 'invalid_name', status: 400 };
    await expect(retrieval.store.createCollection('t', name)).rejects.toMatchObject({
      ...invalid,
      field: 'name',
    });
    await expect(retrieval.store.getCollection('t', name)).rejects.toMatchObject(invalid);
    expect(() => openIndexWriter({ dataDir: folder.path, tenant: 't', collection: name, embedder })).toThrow(
      expect.objectContaining(invalid),
    );
  });

  it('have one name however Unicode writes it', async () => {
    await retrieval.store.createCollection('t', '한글'.normalize('NFD'));
    expect((await retrieval.store.getCollection('t', '한글')).name).toBe('한글');
  });

  it('count documents and chunks by language, and rise in version', async () => {
    await write('t', 'docs', ['a.md', 'b.md']);
    const first = await retrieval.store.getCollection('t', 'docs');
    expect(first).toMatchObject({ version: 1, documents: 2, chunks: 4, languages: { en: 4 } });
    const [document] = (await retrieval.store.listDocuments('t', 'docs', { limit: 1 })).items;
    await retrieval.store.deleteDocument('t', 'docs', document?.id ?? '');
    const second = await retrieval.store.getCollection('t', 'docs');
    expect(second).toMatchObject({ version: 2, documents: 1, chunks: 2, languages: { en: 2 } });
  });

  it('start anew after being deleted', async () => {
    await write('t', 'docs', ['a.md']);
    expect((await search('t')).results[0]).not.toHaveLength(0);
    await retrieval.store.deleteCollection('t', 'docs');
    await expect(search('t')).rejects.toMatchObject({ code: 'collection_not_found' });
    await write('t', 'docs', ['b.md']);
    const { results } = await search('t', 'text');
    expect(new Set(results[0]?.map(({ source }) => source))).toEqual(new Set(['b.md']));
  });
});

describe('documents', () => {
  const sources = Array.from(
    { length: 25 },
    (_, at) => `${at % 2 ? 'guides' : '문서'}/${String(at).padStart(2, '0')}.md`,
  );

  it('are listed page by page, each once, in order', async () => {
    await write('t', 'docs', sources);
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await retrieval.store.listDocuments('t', 'docs', { limit: 7, ...(cursor && { cursor }) });
      listed.push(...page.items.map(({ source }) => source));
      cursor = page.nextCursor;
    } while (cursor);
    expect(listed).toEqual([...sources].sort());
  });

  it('are listed by the beginning of their source', async () => {
    await write('t', 'docs', [...sources, '문%.md', '문_.md']);
    const list = async (sourcePrefix: string) =>
      (await retrieval.store.listDocuments('t', 'docs', { limit: 100, sourcePrefix })).items.length;
    expect([await list('guides/'), await list('문서/'), await list('문%'), await list('x')]).toEqual([
      12, 13, 1, 0,
    ]);
  });

  it('refuse a cursor that is not theirs', async () => {
    await write('t', 'docs', ['a.md']);
    for (const cursor of ['x', 'djE6YQ==', Buffer.from('v2:a').toString('base64url')])
      await expect(retrieval.store.listDocuments('t', 'docs', { limit: 1, cursor })).rejects.toMatchObject({
        code: 'invalid_cursor',
      });
  });

  it('give back their description and the text that positions point into', async () => {
    await write('t', 'docs', ['a.md']);
    const [passage] = (await search('t', 'text')).results[0] ?? [];
    const document = await retrieval.store.getDocument('t', 'docs', passage?.documentId ?? '');
    expect(document).toMatchObject({ source: 'a.md', chunks: 2, origin: 'folder', metadata: {} });
    const text = await retrieval.store.getDocumentText('t', 'docs', document.id);
    expect(text.slice(passage?.position.start, passage?.position.end)).toBe(passage?.text);
    const unknown = { code: 'document_not_found', status: 404 };
    await expect(retrieval.store.getDocument('t', 'docs', 'doc_x')).rejects.toMatchObject(unknown);
    await expect(retrieval.store.getDocumentText('t', 'docs', 'doc_x')).rejects.toMatchObject(unknown);
    await expect(retrieval.store.deleteDocument('t', 'docs', 'doc_x')).rejects.toMatchObject(unknown);
  });

  it('keep their ids, and their unchanged chunks theirs, through a change', async () => {
    const writer = openIndexWriter({ dataDir: folder.path, tenant: 't', collection: 'docs', embedder });
    writer.put(...makeDocument('a.md', ['first', 'second', 'second']));
    expect(await writer.commit()).toMatchObject({ chunksEmbedded: 2, chunksReused: 1, version: 1 });
    const ids = async () => {
      const { results } = await search('t', 'first second third');
      return new Map(results[0]?.map(({ id, position }) => [position.chunk, id]));
    };
    const before = await ids();
    expect(writer.put(...makeDocument('a.md', ['third', 'first', 'second']))).toEqual({
      chunksAdded: 1,
      chunksKept: 2,
      chunksRemoved: 1,
    });
    expect(await writer.commit()).toMatchObject({ chunksEmbedded: 1, chunksReused: 0, version: 2 });
    const after = await ids();
    expect([after.get(1), after.get(2)]).toEqual([before.get(0), before.get(1)]);
    await writer.close();
  });

  it('embed nothing when they only move', async () => {
    const writer = openIndexWriter({ dataDir: folder.path, tenant: 't', collection: 'docs', embedder });
    writer.put(...makeDocument('old.md', ['one text', '다른 글']));
    await writer.commit();
    writer.remove('old.md');
    await writer.commit();
    writer.put(...makeDocument('new.md', ['one text', '다른 글']));
    expect(await writer.commit()).toMatchObject({ chunksEmbedded: 0, chunksReused: 2 });
    expect([...writer.known('folder').keys()]).toEqual(['new.md']);
    expect(writer.known('upload').size).toBe(0);
    expect(await writer.commit()).toEqual({ version: 3, chunksEmbedded: 0, chunksReused: 0 });
    await writer.close();
  });
});

describe('tenants', () => {
  it('never see each other', async () => {
    await write('one', 'docs', ['a.md', 'shared.md']);
    await write('two', 'docs', ['b.md', 'shared.md']);
    const [mine, theirs] = [await search('one', 'text 나래'), await search('two', 'text 나래')];
    expect(mine.results[0]?.every(({ text, source }) => source !== 'b.md' && !text.includes('two'))).toBe(
      true,
    );
    expect(theirs.results[0]?.every(({ text, source }) => source !== 'a.md' && !text.includes('one'))).toBe(
      true,
    );
    const foreign = theirs.results[0]?.[0]?.documentId ?? '';
    await expect(retrieval.store.getDocument('one', 'docs', foreign)).rejects.toMatchObject({
      code: 'document_not_found',
    });
    await retrieval.store.deleteCollection('one', 'docs');
    expect((await search('two')).results).toEqual((await search('two')).results);
    expect(await retrieval.store.listCollections('one')).toEqual([]);
    expect((await search('two')).results[0]).not.toHaveLength(0);
    expect(await retrieval.store.listCollections('three')).toEqual([]);
  });
});

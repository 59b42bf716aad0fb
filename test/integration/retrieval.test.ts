import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NaraeError, WorkerClient } from '../../dist/core/index.js';
import {
  createEmbedder,
  type Embedder,
  migrateEmbedder,
  openIndexWriter,
  openRetrieval,
  type Retrieval,
  type RetrievalOptions,
  type SearchRequest,
} from '../../dist/retrieval/index.js';
import type { NaraeEvent } from '../../src/observe/events.js';
import { makeDocument } from '../support/documents.js';
import { TempFolder } from '../support/temp-folder.js';

let folder: TempFolder;
let builtin: Embedder;
let opened: Retrieval[];
let events: NaraeEvent[];
beforeEach(async () => {
  folder = new TempFolder();
  builtin = await createEmbedder({ kind: 'builtin' });
  opened = [];
  events = [];
});
afterEach(async () => {
  for (const retrieval of opened) await retrieval.close();
  folder.remove();
});

async function open(options: Partial<RetrievalOptions> = {}, embedder?: Embedder): Promise<Retrieval> {
  const emit = (event: NaraeEvent): void => void events.push(event);
  const parts = embedder ? { emit, embedder } : { emit };
  const retrieval = await openRetrieval({ dataDir: folder.path, ...options }, parts);
  opened.push(retrieval);
  return retrieval;
}

async function write(texts: readonly string[], embedder = builtin, source = 'a.md'): Promise<void> {
  const writer = openIndexWriter({ dataDir: folder.path, tenant: 't', collection: 'c', embedder });
  writer.put(...makeDocument(source, texts));
  await writer.commit();
  await writer.close();
}

const request = (query: string, more: Partial<SearchRequest> = {}): SearchRequest => ({
  tenant: 't',
  collection: 'c',
  queries: [query],
  k: 5,
  mode: 'hybrid',
  ...more,
});

/** Embeds like the built-in one under another name, until it is told to fail. */
function remoteEmbedder(): Embedder & { fail: boolean; calls: number } {
  return {
    id: 'remote@512',
    dimensions: builtin.dimensions,
    fusionWeight: 0.5,
    batchSize: 100,
    fail: false,
    calls: 0,
    async embed(texts, purpose, signal) {
      this.calls++;
      if (this.fail) throw new Error('connection refused');
      return builtin.embed(texts, purpose, signal);
    },
    async close() {},
  };
}

const TEXTS = [
  '나래는 답변 서버입니다',
  'the answer server streams',
  'vectors and keywords',
  '전혀 다른 이야기',
];

describe('searching', () => {
  it.each(['hybrid', 'vector', 'keyword'] as const)('finds Korean and English in mode %s', async (mode) => {
    await write(TEXTS);
    const { retriever } = await open();
    const { results } = await retriever.search(
      request('', { queries: ['답변 서버는?', 'streaming answer server'], mode }),
    );
    expect(results.map((passages) => passages[0]?.text)).toEqual(TEXTS.slice(0, 2));
    const scores = results.flatMap((passages) => passages.map(({ score }) => score));
    expect(scores.every((score) => Number.isFinite(score))).toBe(true);
  });

  it('fuses by rank when told to', async () => {
    await write(TEXTS);
    const { retriever } = await open({ fusion: 'rrf' });
    const { results } = await retriever.search(request('답변 서버'));
    expect(results[0]?.[0]).toMatchObject({ text: TEXTS[0], score: 1 });
  });

  it('answers a hundred queries in one request as it answers each alone', async () => {
    await write(Array.from({ length: 200 }, (_, at) => `text ${at} about 주제${at % 10} and word${at % 13}`));
    const { retriever } = await open();
    const queries = Array.from({ length: 100 }, (_, at) => `주제${at % 10} word${at % 7}`);
    const together = await retriever.search(request('', { queries, forceNew: true }));
    for (const at of [0, 17, 99]) {
      const alone = await retriever.search(request(queries[at] as string, { forceNew: true }));
      expect(together.results[at]).toEqual(alone.results[0]);
    }
  });

  it('leaves out what scores too low', async () => {
    await write(TEXTS);
    const { retriever } = await open();
    const all = await retriever.search(request('답변', { mode: 'vector' }));
    const some = await retriever.search(
      request('답변', { mode: 'vector', minScore: all.results[0]?.[0]?.score }),
    );
    expect([all.results[0]?.length, some.results[0]?.length]).toEqual([4, 1]);
  });

  it.each<[Partial<SearchRequest>, string, string]>([
    [{ queries: [] }, 'invalid_request', 'queries'],
    [{ queries: Array.from({ length: 101 }, () => 'x') }, 'invalid_request', 'queries'],
    [{ queries: [' '] }, 'empty_question', 'query'],
    [{ queries: ['x', ''] }, 'empty_question', 'queries[1]'],
    [{ k: 0 }, 'invalid_request', 'k'],
    [{ k: 101 }, 'invalid_request', 'k'],
    [{ k: 1.5 }, 'invalid_request', 'k'],
    [{ collection: 'none' }, 'collection_not_found', 'collection'],
    [{ collection: '../c' }, 'invalid_name', 'collection'],
    [{ filter: { year: { near: 1 } } as never }, 'invalid_filter', 'filter.year.near'],
  ])('refuses %j', async (more, code, field) => {
    await write(TEXTS);
    const { retriever } = await open();
    await expect(retriever.search(request('x', more))).rejects.toMatchObject({ code, field });
  });

  it('stops when aborted', async () => {
    await write(TEXTS);
    const { retriever } = await open();
    const aborted = retriever.search(request('x', { signal: AbortSignal.abort() }));
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('the cache of results', () => {
  it('is used for the same question, and dies with the version', async () => {
    await write(TEXTS);
    const { retriever } = await open();
    const ask = async (more: Partial<SearchRequest> = {}) =>
      (await retriever.search(request('서버', more))).cache;
    expect([await ask(), await ask(), await ask({ k: 4 }), await ask({ mode: 'keyword' })]).toEqual([
      'miss',
      'hit',
      'miss',
      'miss',
    ]);
    expect([await ask({ filter: { source: 'a.md' } }), await ask({ forceNew: true })]).toEqual([
      'miss',
      'bypass',
    ]);
    await write(['새 서버 문서'], builtin, 'b.md');
    const fresh = await retriever.search(request('서버'));
    expect(fresh).toMatchObject({ cache: 'miss', collectionVersion: 2 });
    expect(fresh.results[0]?.some(({ source }) => source === 'b.md')).toBe(true);
    expect(await ask()).toBe('hit');
  });

  it('can be switched off', async () => {
    await write(TEXTS);
    const { retriever } = await open({ resultCacheBytes: 0 });
    await retriever.search(request('서버'));
    expect((await retriever.search(request('서버'))).cache).toBe('miss');
  });

  it('keeps question vectors apart from results', async () => {
    const remote = remoteEmbedder();
    await write(TEXTS, remote);
    const { retriever } = await open({}, remote);
    const before = remote.calls;
    await retriever.search(request('서버'));
    await retriever.search(request('서버', { forceNew: true }));
    expect(remote.calls - before).toBe(1);
  });
});

describe('an embedder that fails', () => {
  it('leaves keyword search, says so, and is left alone for a while', async () => {
    const remote = remoteEmbedder();
    await write(TEXTS, remote);
    const { retriever } = await open({}, remote);
    remote.fail = true;
    const before = remote.calls;
    const outcome = await retriever.search(request('답변 서버'));
    expect(outcome).toMatchObject({ mode: 'keyword', cache: 'miss' });
    expect(outcome.results[0]?.[0]?.text).toBe(TEXTS[0]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'error', code: 'embedder_unavailable' }));
    expect((await retriever.search(request('답변 서버'))).mode).toBe('keyword');
    expect(remote.calls - before).toBe(1);
    const vector = retriever.search(request('답변', { mode: 'vector' }));
    await expect(vector).rejects.toMatchObject({ code: 'embedder_unavailable' });
  });

  it('is not waited for longer than allowed', async () => {
    const remote = remoteEmbedder();
    await write(TEXTS, remote);
    const hanging: Embedder = {
      ...remote,
      embed: (_texts, _purpose, signal) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    };
    const { retriever } = await open({ queryEmbeddingTimeoutMs: 50 }, hanging);
    expect((await retriever.search(request('서버'))).mode).toBe('keyword');
  });
});

describe("a question's vector", () => {
  it('is the one that its search used, embedded once, and names embedder and collection', async () => {
    const remote = remoteEmbedder();
    await write(TEXTS, remote);
    const { retriever, store } = await open({}, remote);
    const asked = { tenant: 't', collection: 'c', query: '답변 서버' };
    await retriever.search(request('답변 서버'));
    const before = remote.calls;
    const found = await retriever.queryVector?.(asked);
    expect(remote.calls).toBe(before);
    expect(found).toMatchObject({ embedder: 'remote@512' });
    expect(found?.vector).toEqual((await builtin.embed(['답변 서버'], 'query'))[0]);
    await write(['다른 글'], remote, 'b.md');
    expect((await retriever.queryVector?.(asked))?.collection).toBe(found?.collection);
    await store.deleteCollection('t', 'c');
    await write(TEXTS, remote);
    expect((await retriever.queryVector?.(asked))?.collection).not.toBe(found?.collection);
  });

  it('is not to be had without the embedder that made the collection', async () => {
    const remote = remoteEmbedder();
    await write(TEXTS, remote);
    const asked = { tenant: 't', collection: 'c', query: '답변' };
    expect(await (await open()).retriever.queryVector?.(asked)).toBeUndefined();
    remote.fail = true;
    await expect((await open({}, remote)).retriever.queryVector?.(asked)).rejects.toMatchObject({
      code: 'embedder_unavailable',
    });
  });
});

describe('a change of embedders', () => {
  it('searches with the old vectors, or keywords, until the new ones are complete', async () => {
    await write(TEXTS);
    const remote = remoteEmbedder();
    const retrieval = await open({}, remote);
    expect(retrieval.collectionsToMigrate('t')).toEqual(['c']);
    expect(await retrieval.retriever.search(request('서버'))).toMatchObject({ mode: 'hybrid' });
    await migrateEmbedder({ dataDir: folder.path, tenant: 't', collection: 'c', embedder: remote });
    expect(retrieval.collectionsToMigrate('t')).toEqual([]);
    const before = remote.calls;
    expect(await retrieval.retriever.search(request('서버'))).toMatchObject({
      mode: 'hybrid',
      cache: 'miss',
    });
    expect(remote.calls - before).toBe(1);
    const unrelated = await open();
    expect(await unrelated.retriever.search(request('서버'))).toMatchObject({ mode: 'keyword' });
  });
});

describe('the search worker', () => {
  it('gets a call once more when it died with it, but not for ever', async () => {
    await write(TEXTS);
    const { retriever } = await open();
    const died = (): Promise<never> => Promise.reject(new NaraeError('worker_failed'));
    const call = vi.spyOn(WorkerClient.prototype, 'call');
    try {
      call.mockImplementationOnce(died);
      expect((await retriever.search(request('서버'))).results[0]?.[0]?.text).toBe(TEXTS[0]);
      call.mockImplementationOnce(died).mockImplementationOnce(died);
      const failed = retriever.search(request('서버', { forceNew: true }));
      await expect(failed).rejects.toMatchObject({ code: 'worker_failed' });
    } finally {
      call.mockRestore();
    }
  });

  it('closes with everything else, twice if need be', async () => {
    await write(TEXTS);
    const retrieval = await open();
    await retrieval.warm('t', 'c');
    await retrieval.close();
    await retrieval.close();
    await expect(retrieval.retriever.search(request('x'))).rejects.toThrow();
  });

  it('leaves the event loop free', async () => {
    await write(
      Array.from({ length: 3_000 }, (_, at) => `text ${at} word${at % 50} 낱말${at % 70} `.repeat(5)),
    );
    const { retriever } = await open({ resultCacheBytes: 0 });
    await retriever.search(request('warm'));
    const medianDelayMs = async (): Promise<number> => {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const asked = Array.from({ length: 40 }, (_, at) =>
        retriever.search(request(`word${at} 낱말${at} text`)),
      );
      const found = await Promise.all(asked);
      delay.disable();
      expect(found.every(({ results }) => results[0]?.length === 5)).toBe(true);
      return delay.percentile(50) / 1e6;
    };
    // Far above what a search takes: only a scan on this thread reaches it each time, a busy machine now and then.
    await expect.poll(medianDelayMs).toBeLessThan(50);
  });
});

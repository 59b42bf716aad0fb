import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeDocument } from '../../../../test/support/documents.js';
import { TempFolder } from '../../../../test/support/temp-folder.js';
import { BuiltinEmbedder } from '../../embedders/builtin.js';
import { SearchEngine } from '../../search/search-engine.js';
import type { IndexWriter, Passage, SearchMode } from '../../spec.js';
import { openIndexWriter } from './index-writer.js';
import { openDatabase } from './schema.js';

const WORDS = ['나래', '검색', '답변은', '서버', 'index', 'search', 'vector', 'merge', '문서', 'answer'];
const SOURCES = ['a.md', 'b.md', 'c/d.md', '문서.md'];
const MAX_CHUNKS = 5;
const QUERIES = ['검색 서버', 'vector search', '나래 answer'];

type Step =
  | { readonly do: 'put'; readonly source: string; readonly texts: readonly string[] }
  | { readonly do: 'remove'; readonly source: string }
  | { readonly do: 'commit' }
  | { readonly do: 'optimise' };

const text = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 })
  .map((words) => words.join(' '));
const source = fc.constantFrom(...SOURCES);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      source,
      texts: fc.array(text, { maxLength: MAX_CHUNKS }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), source }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('commit' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('optimise' as const) }) },
);

const embedder = new BuiltinEmbedder();

async function searchAll(
  dataDir: string,
  mode: SearchMode,
  k: number,
): Promise<readonly (readonly Passage[])[]> {
  const engine = new SearchEngine({ dataDir, expansionSearch: 64 });
  try {
    const vectors = mode === 'keyword' ? undefined : await embedder.embed(QUERIES, 'query');
    const found = await engine.search({
      tenant: 't',
      collection: 'c',
      queries: QUERIES,
      vectors,
      embedder: embedder.id,
      mode,
      k,
      // As many as can live; a dead row that ranks among the best would still take a living one's place.
      candidates: Math.max(k, SOURCES.length * MAX_CHUNKS),
      fusion: { kind: 'weighted', vectorWeight: 0.3 },
      filter: [],
    });
    return found.kind === 'found' ? found.results : [];
  } finally {
    engine.close();
  }
}

/** What passages are, without ids, which differ between two indexes. */
function places(passages: readonly Passage[]): string[] {
  return passages.map(({ source, position, text }) => [source, position.chunk, text].join(' | ')).sort();
}

/** Scores best first, without the digits that rounding cannot tell apart. */
function scores(passages: readonly Passage[]): string[] {
  return passages.map(({ score }) => score.toFixed(5));
}

function placesOf(model: ReadonlyMap<string, readonly string[]>): string[] {
  return [...model].flatMap(([name, texts]) => texts.map((each, at) => [name, at, each].join(' | '))).sort();
}

async function play(writer: IndexWriter, steps: readonly Step[]): Promise<Map<string, readonly string[]>> {
  const model = new Map<string, readonly string[]>();
  for (const each of steps) {
    if (each.do === 'put') {
      writer.put(...makeDocument(each.source, each.texts));
      model.set(each.source, each.texts);
    } else if (each.do === 'remove') expect(writer.remove(each.source)).toBe(model.delete(each.source));
    else if (each.do === 'commit') await writer.commit();
    else await writer.optimise();
  }
  await writer.commit();
  return model;
}

async function write(dataDir: string, steps: readonly Step[]): Promise<Map<string, readonly string[]>> {
  const writer = openIndexWriter({ dataDir, tenant: 't', collection: 'c', embedder });
  try {
    const model = await play(writer, steps);
    expect([...writer.known('folder').keys()].sort()).toEqual([...model.keys()].sort());
    return model;
  } finally {
    await writer.close();
  }
}

it('finds after any edits what is there, and what a fresh index finds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      const [edited, fresh] = [new TempFolder(), new TempFolder()];
      try {
        const model = await write(edited.path, steps);
        await write(
          fresh.path,
          [...model].map(([name, texts]) => ({ do: 'put', source: name, texts })),
        );
        for (const found of await searchAll(edited.path, 'vector', 100))
          expect(places(found)).toEqual(placesOf(model));
        // BM25 counts dead chunks until they are merged away: only vector scores must be equal.
        const [few, fewFresh] = [
          await searchAll(edited.path, 'vector', 2),
          await searchAll(fresh.path, 'vector', 2),
        ];
        expect(few.map(scores)).toEqual(fewFresh.map(scores));
        for (const mode of ['keyword', 'hybrid'] as const) {
          const [all, wanted] = [
            await searchAll(edited.path, mode, 100),
            await searchAll(fresh.path, mode, 100),
          ];
          expect(all.map(places)).toEqual(wanted.map(places));
          const [two, twoFresh] = [
            await searchAll(edited.path, mode, 2),
            await searchAll(fresh.path, mode, 2),
          ];
          expect(two.map((each) => each.length)).toEqual(twoFresh.map((each) => each.length));
        }
      } finally {
        edited.remove();
        fresh.remove();
      }
    }),
    { numRuns: 40 },
  );
});

it('drops dead rows and their vectors when it is optimised', async () => {
  const folder = new TempFolder();
  const writer = openIndexWriter({ dataDir: folder.path, tenant: 't', collection: 'c', embedder });
  const db = openDatabase(folder.path);
  const count = (table: string): number =>
    db.first<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? -1;
  try {
    for (const name of SOURCES) writer.put(...makeDocument(name, WORDS));
    await writer.commit();
    writer.remove(SOURCES[0] as string);
    writer.put(...makeDocument(SOURCES[1] as string, ['only this']));
    await writer.commit();
    expect([count('chunks'), count('vectors'), count('dead_chunks')]).toEqual([21, 41, 20]);
    await writer.optimise();
    expect([count('chunks'), count('vectors'), count('dead_chunks')]).toEqual([21, 21, 0]);
    expect(db.all('SELECT sum(rows) AS rows FROM segments')).toEqual([{ rows: 21 }]);
  } finally {
    db.close();
    await writer.close();
    folder.remove();
  }
});

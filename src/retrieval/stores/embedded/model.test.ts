import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeDocument } from '../../../../test/support/documents.js';
import { TempFolder } from '../../../../test/support/temp-folder.js';
import { BuiltinEmbedder } from '../../embedders/builtin.js';
import { SearchEngine } from '../../search/search-engine.js';
import type { Passage, SearchMode } from '../../spec.js';
import { openIndexWriter } from './index-writer.js';

const WORDS = ['나래', '검색', '답변은', '서버', 'index', 'search', 'vector', 'merge', '문서', 'answer'];
const SOURCES = ['a.md', 'b.md', 'c/d.md', '문서.md'];
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
      texts: fc.array(text, { maxLength: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), source }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('commit' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('optimise' as const) }) },
);

const embedder = new BuiltinEmbedder();

async function searchAll(dataDir: string, mode: SearchMode): Promise<readonly (readonly Passage[])[]> {
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
      k: 100,
      candidates: 400,
      fusion: { kind: 'weighted', vectorWeight: 0.3 },
      filter: [],
    });
    return found.kind === 'found' ? found.results : [];
  } finally {
    engine.close();
  }
}

/** What a passage is, without ids, which differ between two indexes, and with scores that rounding cannot tell apart. */
function essence(passages: readonly Passage[], withScore: boolean): string[] {
  return passages
    .map(({ source, position, text, score }) =>
      JSON.stringify([source, position, text, withScore ? score.toFixed(5) : '']),
    )
    .sort();
}

it('finds after any edits what a fresh index finds', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      const [edited, fresh] = [new TempFolder(), new TempFolder()];
      const model = new Map<string, readonly string[]>();
      const options = { tenant: 't', collection: 'c', embedder };
      const writer = openIndexWriter({ dataDir: edited.path, ...options });
      const freshWriter = openIndexWriter({ dataDir: fresh.path, ...options });
      try {
        for (const each of [...steps, { do: 'commit' } as const]) {
          if (each.do === 'put') {
            writer.put(...makeDocument(each.source, each.texts));
            model.set(each.source, each.texts);
          } else if (each.do === 'remove') expect(writer.remove(each.source)).toBe(model.delete(each.source));
          else if (each.do === 'commit') await writer.commit();
          else await writer.optimise();
        }
        for (const [name, texts] of model) freshWriter.put(...makeDocument(name, texts));
        await freshWriter.commit();
        for (const mode of ['vector', 'keyword', 'hybrid'] as const) {
          const [found, wanted] = [await searchAll(edited.path, mode), await searchAll(fresh.path, mode)];
          // BM25 counts dead chunks until they are merged away, so only vector scores must be equal.
          QUERIES.forEach((_, at) => {
            const exact = mode === 'vector';
            expect(essence(found[at] ?? [], exact)).toEqual(essence(wanted[at] ?? [], exact));
          });
        }
        expect([...writer.known('folder').keys()].sort()).toEqual([...model.keys()].sort());
      } finally {
        await writer.close();
        await freshWriter.close();
        edited.remove();
        fresh.remove();
      }
    }),
    { numRuns: 40 },
  );
});

import { BuiltinEmbedder } from '../../src/retrieval/embedders/builtin.js';
import { parseFilter } from '../../src/retrieval/filter.js';
import { SearchEngine } from '../../src/retrieval/search/search-engine.js';
import type { Embedder, Filter, Passage, SearchMode } from '../../src/retrieval/spec.js';

export interface EngineSearch {
  readonly dataDir: string;
  readonly query: string;
  readonly mode?: SearchMode;
  readonly filter?: Filter;
  readonly tenant?: string;
  readonly k?: number;
  readonly embedder?: Embedder;
}

/** One search of collection `c` in this thread, as the search worker would run it. */
export async function searchOnce(
  search: EngineSearch,
): Promise<{ passages: readonly Passage[]; repairs: number }> {
  const { dataDir, query, mode = 'hybrid', tenant = 't', k = 100, embedder = new BuiltinEmbedder() } = search;
  const engine = new SearchEngine({ dataDir, expansionSearch: 64 });
  try {
    const found = await engine.search({
      tenant,
      collection: 'c',
      queries: [query],
      vectors: mode === 'keyword' ? undefined : await embedder.embed([query], 'query'),
      embedder: embedder.id,
      mode,
      k,
      candidates: 400,
      fusion: { kind: 'weighted', vectorWeight: 0.3 },
      filter: search.filter ? parseFilter(search.filter) : [],
    });
    if (found.kind !== 'found') throw new Error(found.kind);
    return { passages: found.results[0] ?? [], repairs: found.repairs };
  } finally {
    engine.close();
  }
}

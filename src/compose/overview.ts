import type { Served } from '../config/index.js';
import type { Collection, DocumentStore, Embedder } from '../retrieval/spec.js';
import type { DefaultModel } from './default-model.js';
import { exampleQuestions } from './example-questions.js';

/** What a running server is, as plain data: for the lines that `serve` prints, also from another process. */
export interface Overview {
  /** Where the page is: `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly served: Served;
  /** The served collection; undefined before anything was brought into it. */
  readonly collection: Collection | undefined;
  /** Questions that the collection can answer. */
  readonly examples: readonly string[];
  readonly embedder: Pick<Embedder, 'id' | 'dimensions'>;
  readonly llm: Pick<DefaultModel, 'provider' | 'model' | 'takesFirst' | 'baseUrl'>;
}

export interface OverviewParts {
  readonly tenant: string;
  readonly store: DocumentStore;
  readonly served: Served;
  readonly embedder: Embedder;
  readonly llm: DefaultModel;
}

export async function overviewOf(url: string, parts: OverviewParts): Promise<Overview> {
  const { tenant, store, served, embedder, llm } = parts;
  const { provider, model, takesFirst, baseUrl } = llm;
  const collections = await store.listCollections(tenant);
  const collection = collections.find(({ name }) => name === served.collection);
  return {
    url,
    served,
    collection,
    examples: collection === undefined ? [] : await exampleQuestions(store, tenant, served),
    embedder: { id: embedder.id, dimensions: embedder.dimensions },
    llm: { provider, model, ...(takesFirst && { takesFirst }), ...(baseUrl !== undefined && { baseUrl }) },
  };
}

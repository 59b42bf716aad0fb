import type { Served } from '../config/index.js';
import type { Collection, DocumentStore, Embedder } from '../retrieval/spec.js';
import type { DefaultModel } from './default-model.js';

/** What a running server is, as plain data: for the lines that `serve` prints, also from another process. */
export interface Overview {
  /** Where the page is: `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly served: Served;
  /** The served collection; undefined before anything was brought into it. */
  readonly collection: Collection | undefined;
  readonly embedder: Pick<Embedder, 'id' | 'dimensions'>;
  readonly llm: Pick<DefaultModel, 'provider' | 'model' | 'baseUrl'>;
}

export interface OverviewParts {
  readonly tenant: string;
  readonly store: DocumentStore;
  readonly served: Served;
  readonly embedder: Embedder;
  readonly llm: DefaultModel;
}

export async function overviewOf(url: string, parts: OverviewParts): Promise<Overview> {
  const { served, embedder, llm } = parts;
  const { provider, model, baseUrl } = llm;
  const collections = await parts.store.listCollections(parts.tenant);
  return {
    url,
    served,
    collection: collections.find(({ name }) => name === served.collection),
    embedder: { id: embedder.id, dimensions: embedder.dimensions },
    llm: { provider, model, ...(baseUrl !== undefined && { baseUrl }) },
  };
}

import type { FilterClause } from '../filter.js';
import type { Passage, SearchMode } from '../spec.js';
import type { Fusion } from './rank.js';

/** What the worker is started with. */
export interface SearchWorkerData {
  readonly dataDir: string;
  /** Candidates that a graph looks at. */
  readonly expansionSearch: number;
}

export interface SearchInput {
  readonly tenant: string;
  readonly collection: string;
  readonly queries: readonly string[];
  /** One a query; absent in mode `keyword`. */
  readonly vectors?: readonly Float32Array[] | undefined;
  /** Id of the embedder that made `vectors`. */
  readonly embedder?: string | undefined;
  readonly mode: SearchMode;
  readonly k: number;
  readonly candidates: number;
  readonly fusion: Fusion;
  readonly filter: readonly FilterClause[];
  readonly minScore?: number | undefined;
}

export type SearchOutput =
  | {
      readonly kind: 'found';
      readonly results: readonly (readonly Passage[])[];
      readonly version: number;
      readonly searchMs: number;
      readonly fetchMs: number;
      /** Index files that had to be rebuilt first. */
      readonly repairs: number;
    }
  /** The collection's vectors are of another embedder by now; embed again. */
  | { readonly kind: 'embedder-changed' };

export interface CollectionInput {
  readonly tenant: string;
  readonly collection: string;
}

/** Size of a collection's index on disk. */
export interface IndexSize {
  readonly segments: number;
  readonly bytes: number;
}

export type SearchMethods = {
  search: { input: SearchInput; output: SearchOutput };
  /** Opens the collection, so that the first search does not have to. */
  open: { input: CollectionInput; output: IndexSize };
  /** Reads what is open from end to end, between other calls; gives the number of files that had to be rebuilt. */
  verify: { input: CollectionInput; output: number };
};

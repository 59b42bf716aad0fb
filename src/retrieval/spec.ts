/**
 * The contract of retrieval: embedders turn text into vectors, a store keeps documents and chunks, an index finds
 * passages. Vendors stay behind these types.
 */

/**
 * Turns text into vectors. Every vector is a Float32Array of `dimensions` values, L2-normalised, so that the dot
 * product is the cosine. Vectors of two `id`s are never compared.
 */
export interface Embedder {
  /** Model id with its revision, such as `builtin-1` or `text-embedding-3-small@1536`. */
  readonly id: string;
  readonly dimensions: number;
  /** Weight of the vector side in weighted fusion, 0 to 1; the keyword side gets the rest. */
  readonly fusionWeight: number;
  /** Most texts that one call sends upstream. */
  readonly batchSize: number;
  /**
   * One vector a text, in order. Rejects with an `embedder_…` error, with a status below 500 where one of the texts was
   * refused and others might not be.
   */
  embed(
    texts: readonly string[],
    purpose: 'query' | 'document',
    signal?: AbortSignal,
  ): Promise<Float32Array[]>;
  close(): Promise<void>;
}

export type SearchMode = 'hybrid' | 'vector' | 'keyword';

export type FilterValue = string | number | boolean;

/**
 * Conditions on a document, all of which must hold. A key is `source`, `title`, `language`, `media_type`,
 * `updated_at` or a metadata key. A plain value means equality, an array means any of them.
 */
export type Filter = Readonly<Record<string, FilterValue | readonly FilterValue[] | FilterCondition>>;

export interface FilterCondition {
  readonly prefix?: string;
  readonly gt?: number | string;
  readonly gte?: number | string;
  readonly lt?: number | string;
  readonly lte?: number | string;
  readonly ne?: FilterValue;
}

export interface SearchRequest {
  readonly tenant: string;
  readonly collection: string;
  /** One or more questions; one embedding call and one pass for all. */
  readonly queries: readonly string[];
  /** Passages for each question; 1 to 100. */
  readonly k: number;
  readonly mode: SearchMode;
  readonly filter?: Filter | undefined;
  /** Passages that score lower are left out. The scale is the mode's: cosine, BM25, or fused 0 to 1. */
  readonly minScore?: number | undefined;
  /** True: neither read nor fill the retrieval cache. */
  readonly forceNew?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Passage {
  /** The chunk's id, stable for as long as its text stays in its document. */
  readonly id: string;
  /** Content hash of the text with its headings. */
  readonly hash: string;
  readonly documentId: string;
  readonly source: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly text: string;
  /** Tokens of `text`, as chunking counted them. */
  readonly tokens: number;
  readonly language: Language;
  readonly score: number;
  readonly position: PassagePosition;
}

export interface PassagePosition {
  /** Number of the chunk in its document, from 0. */
  readonly chunk: number;
  /** Range in the document's extracted text, in UTF-16 code units: [start, end). */
  readonly start: number;
  readonly end: number;
}

export interface SearchOutcome {
  /** One list a query, best first. */
  readonly results: readonly (readonly Passage[])[];
  readonly collectionVersion: number;
  /** The mode that ran: `keyword` instead of `hybrid` while the embedder is out of reach or being changed. */
  readonly mode: SearchMode;
  readonly timings: { readonly embedMs: number; readonly searchMs: number; readonly fetchMs: number };
  readonly cache: 'hit' | 'miss' | 'bypass';
}

/** Finds passages. Never blocks the event loop for more than 5 ms: the scans run in a worker thread. */
export interface Retriever {
  search(request: SearchRequest): Promise<SearchOutcome>;
  /**
   * What the results of any search in a collection rest on, read at once; absent, or undefined, where that cannot
   * be told. Throws `collection_not_found` and `invalid_name`.
   */
  stateOf?(tenant: string, collection: string): CollectionState | undefined;
  /**
   * A question's vector, as the search for it used it. Absent, or undefined, where there is none to be had. Rejects
   * with `collection_not_found`, `invalid_name`, the embedder's error or the signal's reason.
   */
  queryVector?(request: VectorRequest): Promise<QueryVector | undefined>;
}

export interface VectorRequest {
  readonly tenant: string;
  readonly collection: string;
  readonly query: string;
  readonly signal?: AbortSignal | undefined;
}

export interface QueryVector {
  readonly vector: Float32Array;
  /** Id of the embedder that made it: vectors of different ones are never compared. */
  readonly embedder: string;
  /** Names the collection through all its changes; another one of the same name, made later, has another number. */
  readonly collection: number;
}

export interface CollectionState {
  /** As of `Collection.version`. */
  readonly version: number;
  /** Equal states of one version give equal results: names the collection, its embedder and the search settings. */
  readonly revision: string;
}

/** Main language by script: `ko` when Hangul leads, `en` for Latin, `other` else. */
export type Language = 'ko' | 'en' | 'other';

export interface Collection {
  readonly name: string;
  /** Rises with every committed change. */
  readonly version: number;
  readonly documents: number;
  readonly chunks: number;
  /** Embedder whose vectors are searched now. */
  readonly embedder: string;
  /** Embedder that is being changed to in the background, if any. */
  readonly nextEmbedder?: string;
  /** Chunks by language. */
  readonly languages: Readonly<Partial<Record<Language, number>>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export type DocumentOrigin = 'folder' | 'upload';

export interface DocumentInfo {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly mediaType: string;
  readonly language: Language;
  readonly origin: DocumentOrigin;
  readonly bytes: number;
  readonly chunks: number;
  readonly contentHash: string;
  readonly metadata: Readonly<Record<string, FilterValue>>;
  readonly updatedAtMs: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Give it back to get the next page; absent on the last. */
  readonly nextCursor?: string;
}

/** Reads and deletes what is stored; changes by ingest go through an IndexWriter. All calls are short. */
export interface DocumentStore {
  listCollections(tenant: string): Promise<readonly Collection[]>;
  /** Rejects with `collection_not_found`. */
  getCollection(tenant: string, name: string): Promise<Collection>;
  /** Rejects with `collection_exists` or `invalid_name`. */
  createCollection(tenant: string, name: string): Promise<Collection>;
  deleteCollection(tenant: string, name: string): Promise<void>;
  listDocuments(
    tenant: string,
    collection: string,
    options: { limit: number; cursor?: string; sourcePrefix?: string },
  ): Promise<Page<DocumentInfo>>;
  /** By id. Rejects with `document_not_found`. */
  getDocument(tenant: string, collection: string, id: string): Promise<DocumentInfo>;
  /** The extracted text that `PassagePosition` points into. */
  getDocumentText(tenant: string, collection: string, id: string): Promise<string>;
  deleteDocument(tenant: string, collection: string, id: string): Promise<void>;
}

/** A document as a loader read it, ready to be stored. */
export interface DocumentInput {
  /** Identity within its collection: path below the folder, with `/`. */
  readonly source: string;
  readonly title: string;
  readonly mediaType: string;
  readonly language: Language;
  readonly origin: DocumentOrigin;
  /** Size of the file. */
  readonly bytes: number;
  /** Hash of the file's bytes; equal hash means unchanged. */
  readonly contentHash: string;
  /** Extracted text; chunks are ranges of it. */
  readonly text: string;
  readonly metadata: Readonly<Record<string, FilterValue>>;
}

export interface ChunkInput {
  readonly text: string;
  readonly headings: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  readonly language: Language;
  /** Content hash of headings and text: decides whether the stored vector still fits. */
  readonly hash: string;
}

export interface PutResult {
  readonly chunksAdded: number;
  readonly chunksKept: number;
  readonly chunksRemoved: number;
}

export interface CommitResult {
  /** The collection's new version; unchanged when nothing was pending. */
  readonly version: number;
  /** Chunks whose vectors were computed, and those whose vectors were found by content hash. */
  readonly chunksEmbedded: number;
  readonly chunksReused: number;
}

/** What a writer tells about a stored document. */
export interface KnownDocument {
  readonly id: string;
  readonly contentHash: string;
  /** Number of its chunks. */
  readonly chunks: number;
}

/**
 * Writes one collection, from the ingest worker. Nothing is visible before `commit`; a commit is atomic: rows,
 * index segments and the raised version appear together, and a kill at any moment leaves the last commit readable.
 */
export interface IndexWriter {
  /** Documents already stored, by source. */
  known(origin: DocumentOrigin): ReadonlyMap<string, KnownDocument>;
  /** Adds or replaces a document. Chunks are matched by hash: only new ones will be embedded. */
  put(document: DocumentInput, chunks: readonly ChunkInput[]): PutResult;
  /** Removes a document; false when there is none. */
  remove(source: string): boolean;
  /** Chunks put but not committed. The pipeline commits when this passes its batch size. */
  readonly pendingChunks: number;
  commit(signal?: AbortSignal): Promise<CommitResult>;
  /** Merges small index segments after a run. Safe to interrupt. */
  optimise(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** What retrieval can be told, with defaults. Plain data: it crosses to worker threads as it is. */

/** The built-in embedder: nothing to download, nothing to configure. */
export interface BuiltinEmbedderOptions {
  readonly kind: 'builtin';
}

/** Any server with OpenAI's `POST /embeddings`. */
export interface OpenAiEmbedderOptions {
  readonly kind: 'openai';
  /** Such as `https://api.openai.com/v1` or `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly model: string;
  /** Components of a vector. Default: what the server returns, asked once. When given it is also sent to the server. */
  readonly dimensions?: number | undefined;
  /** Texts in one request. Default 64. */
  readonly batchSize?: number | undefined;
  /** Requests under way at once. Default 4. */
  readonly concurrency?: number | undefined;
  /** Milliseconds for one request. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Further attempts after a 429, a 5xx or a lost connection. Default 3. */
  readonly maxRetries?: number | undefined;
  /** Put before every question, for models that want it, such as `query: `. Default none. */
  readonly queryPrefix?: string | undefined;
  /** Put before every passage, such as `passage: `. Default none. */
  readonly documentPrefix?: string | undefined;
  /** Weight of the vector side in weighted fusion, 0 to 1. Default 0.5. */
  readonly fusionWeight?: number | undefined;
}

/** A model folder on this machine, run by the optional package `@huggingface/transformers`. */
export interface OnnxEmbedderOptions {
  readonly kind: 'onnx';
  /** Folder with `config.json`, the tokenizer's files and `onnx/model*.onnx`. */
  readonly path: string;
  /** Which of the folder's weights: `fp32`, `fp16`, `q8` … Default `q8`. */
  readonly dtype?: string | undefined;
  /** How token vectors become one. Default `mean`. */
  readonly pooling?: 'mean' | 'cls' | undefined;
  /** Texts in one run of the model. Default 16. */
  readonly batchSize?: number | undefined;
  readonly queryPrefix?: string | undefined;
  readonly documentPrefix?: string | undefined;
  /** Weight of the vector side in weighted fusion, 0 to 1. Default 0.5. */
  readonly fusionWeight?: number | undefined;
}

export type EmbedderOptions = BuiltinEmbedderOptions | OpenAiEmbedderOptions | OnnxEmbedderOptions;

/** `weighted`: min–max-normalised scores with the embedder's weight. `rrf`: Reciprocal Rank Fusion, k = 60. */
export type FusionKind = 'weighted' | 'rrf';

export interface RetrievalOptions {
  /** Folder of the database and the index. Made when missing. */
  readonly dataDir: string;
  /** Default: the built-in embedder. */
  readonly embedder?: EmbedderOptions | undefined;
  /** Default `weighted`. */
  readonly fusion?: FusionKind | undefined;
  /** Overrides the embedder's `fusionWeight`, 0 to 1. */
  readonly vectorWeight?: number | undefined;
  /** Candidates that each ranker brings into the fusion, 10 to 1,000; at least 4 × k are taken. Default 100. */
  readonly candidates?: number | undefined;
  /** Candidates that a vector graph looks at, 16 to 1,024: more finds more and takes longer. Default 96. */
  readonly expansionSearch?: number | undefined;
  /** Bytes of the own cache of results. Default 32 MB; 0 switches it off, also where caches are given. */
  readonly resultCacheBytes?: number | undefined;
  /** Seconds that a cached result lives. Default 1,800. */
  readonly resultCacheSeconds?: number | undefined;
  /** Bytes of the own cache of question vectors. Default 8 MB; 0 switches it off, also where caches are given. */
  readonly embeddingCacheBytes?: number | undefined;
  /** Seconds that a question's vector is kept. Default 86,400. */
  readonly embeddingCacheSeconds?: number | undefined;
  /** Milliseconds that hybrid search waits for the question's vector before it goes on with keywords. Default 3,000. */
  readonly queryEmbeddingTimeoutMs?: number | undefined;
}

/** Every option with its value. */
export interface ResolvedRetrievalOptions {
  readonly dataDir: string;
  readonly embedder: EmbedderOptions;
  readonly fusion: FusionKind;
  readonly vectorWeight: number | undefined;
  readonly candidates: number;
  readonly expansionSearch: number;
  readonly resultCacheBytes: number;
  readonly resultCacheSeconds: number;
  readonly embeddingCacheBytes: number;
  readonly embeddingCacheSeconds: number;
  readonly queryEmbeddingTimeoutMs: number;
}

export function resolveRetrievalOptions(options: RetrievalOptions): ResolvedRetrievalOptions {
  return {
    dataDir: options.dataDir,
    embedder: options.embedder ?? { kind: 'builtin' },
    fusion: options.fusion ?? 'weighted',
    vectorWeight: options.vectorWeight,
    candidates: options.candidates ?? 100,
    expansionSearch: options.expansionSearch ?? 96,
    resultCacheBytes: options.resultCacheBytes ?? 32_000_000,
    resultCacheSeconds: options.resultCacheSeconds ?? 1_800,
    embeddingCacheBytes: options.embeddingCacheBytes ?? 8_000_000,
    embeddingCacheSeconds: options.embeddingCacheSeconds ?? 86_400,
    queryEmbeddingTimeoutMs: options.queryEmbeddingTimeoutMs ?? 3_000,
  };
}

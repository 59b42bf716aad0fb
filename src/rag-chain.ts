import { type Answer, collectAnswer, outputLimitOf } from './answer/index.js';
import { loadConfig } from './config/index.js';
import { NaraeError, newId } from './core/index.js';
import type { IngestProgress, IngestReport } from './ingest/spec.js';
import type { AnswerPart } from './llm/spec.js';
import { openParts, type Parts } from './main.js';
import type { Filter, Passage, SearchMode } from './retrieval/spec.js';
import { ThreadChain } from './thread-chain.js';

export interface RagChainOptions {
  /** Folder of the index. Default: `.narae` in the working directory. */
  readonly dataDir?: string;
  /** Default: `default`. */
  readonly collection?: string;
  /**
   * Any other configuration keys, such as `{'llm.model': 'gpt-4.1-mini', 'retrieval.k': 5}`. They win over the
   * configuration file and the environment, which are read as the command line reads them.
   */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly onProgress?: (progress: IngestProgress) => void;
  readonly signal?: AbortSignal;
}

export interface QueryOptions {
  /** A configured model; default: the default model. */
  readonly model?: string;
  /** Passages to consider, 1 to 100. Default: `retrieval.k`. */
  readonly k?: number;
  readonly filter?: Filter;
  /** Further parameters for the model, as OpenAI names them: `{temperature: 0.2}`. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

export interface BatchOptions extends QueryOptions {
  /** Questions under way at once, up to `answer.batchMaxConcurrency`. Default: `answer.batchConcurrency`, 5. */
  readonly concurrency?: number;
  /** Questions that share one search, 1 to 100. Default: `answer.batchSize`, 10, or more where `concurrency` is. */
  readonly batchSize?: number;
  /** Milliseconds between two batches. Default: `answer.batchPauseSeconds`, 100. */
  readonly pauseMs?: number;
}

/** One question's outcome: a failure never ends the batch. */
export type BatchItem =
  | { readonly status: 'answered'; readonly question: string; readonly answer: Answer }
  | { readonly status: 'failed'; readonly question: string; readonly error: NaraeError };

/** The outcome of the question at `index`. */
export type IndexedBatchItem = BatchItem & { readonly index: number };

export interface ChainSearchOptions {
  /** Passages of each query at most. Default: `retrieval.k`. */
  readonly k?: number;
  /** Default: `hybrid`. */
  readonly mode?: SearchMode;
  readonly filter?: Filter;
  /** Passages below it are left out, on the scale of `Passage.score`. Default: none are. */
  readonly minScore?: number;
  readonly signal?: AbortSignal;
}

/**
 * Questions to a folder of documents, in one object.
 *
 * ```ts
 * const chain = await RagChain.fromDocuments('docs/');
 * const { text, sources } = await chain.query('How do I start?');
 * await chain.close();
 * ```
 */
export class RagChain implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #collection: string;
  readonly #defaultK: number;

  /** What the last indexing did; undefined after `open`. */
  readonly report: IngestReport | undefined;

  private constructor(parts: Parts, collection: string, defaultK: number, report: IngestReport | undefined) {
    this.#parts = parts;
    this.#collection = collection;
    this.#defaultK = defaultK;
    this.report = report;
  }

  /** Indexes what changed in `folder` since the last time, then answers from it. Rejects as `ingestFolder` does. */
  static async fromDocuments(folder: string, options: RagChainOptions = {}): Promise<RagChain> {
    const { parts, collection, defaultK } = await openChain(options);
    try {
      const report = await parts.ingest.ingestFolder(folder, {
        tenant: parts.tenant,
        collection,
        ...(options.onProgress && { onProgress: options.onProgress }),
        ...(options.signal && { signal: options.signal }),
      });
      await parts.changeEmbedders(options.signal);
      return new RagChain(parts, collection, defaultK, report);
    } catch (error) {
      await parts.close();
      throw error;
    }
  }

  /** Answers from what is already indexed. */
  static async open(options: RagChainOptions = {}): Promise<RagChain> {
    const { parts, collection, defaultK } = await openChain(options);
    return new RagChain(parts, collection, defaultK, undefined);
  }

  /** The whole answer. Rejects with a NaraeError when it could not be completed: never half an answer. */
  query(question: string, options: QueryOptions = {}): Promise<Answer> {
    return collectAnswer(this.stream(question, options));
  }

  /** The answer as it is written: `start`, `sources`, `text-delta` …, then exactly one `finish` or `error`. */
  async *stream(question: string, options: QueryOptions = {}): AsyncGenerator<AnswerPart, void, undefined> {
    const controller = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal;
    const { parts } = this.#parts.flow.answer(this.#request(question, options), signal);
    try {
      for await (const batch of parts) yield* batch;
    } finally {
      // Leaving the loop early cancels the model's work.
      controller.abort(new NaraeError('aborted'));
    }
  }

  /** A conversation that is kept: a new one, or that of an id, which is made where it is not there. */
  thread(id = newId('thread')): ThreadChain {
    const { conversations, tenant } = this.#parts;
    const requestFor = (question: string, options: QueryOptions) => this.#request(question, options);
    return new ThreadChain({ conversations, tenant, requestFor }, id);
  }

  /** Many questions, a bounded number at once, results in the order of the questions. */
  async batchQuery(questions: readonly string[], options: BatchOptions = {}): Promise<BatchItem[]> {
    const items = new Array<BatchItem>(questions.length);
    for await (const { index, ...item } of this.batchStream(questions, options)) items[index] = item;
    return items;
  }

  /** The same as results are ready, in any order. Leaving the loop cancels the rest. */
  async *batchStream(
    questions: readonly string[],
    options: BatchOptions = {},
  ): AsyncGenerator<IndexedBatchItem, void, undefined> {
    const { batchSize: size, concurrency, pauseMs, signal } = options;
    const pace = {
      ...(size !== undefined && { size }),
      ...(concurrency !== undefined && { concurrency }),
      ...(pauseMs !== undefined && { pauseMs }),
      ...(signal !== undefined && { signal }),
    };
    const requests = questions.map((question) => this.#request(question, options));
    for await (const outcome of this.#parts.flow.answerAll(requests, pace))
      yield { ...outcome, question: questions[outcome.index] as string };
  }

  /** Passages without an answer. Many queries take one embedding call and one pass. */
  search(query: string, options?: ChainSearchOptions): Promise<readonly Passage[]>;
  search(queries: readonly string[], options?: ChainSearchOptions): Promise<readonly (readonly Passage[])[]>;
  async search(
    query: string | readonly string[],
    options: ChainSearchOptions = {},
  ): Promise<readonly Passage[] | readonly (readonly Passage[])[]> {
    const queries = typeof query === 'string' ? [query] : query;
    const { results } = await this.#parts.retriever.search({
      tenant: this.#parts.tenant,
      collection: this.#collection,
      queries,
      k: options.k ?? this.#defaultK,
      mode: options.mode ?? 'hybrid',
      filter: options.filter,
      minScore: options.minScore,
      signal: options.signal,
    });
    return typeof query === 'string' ? (results[0] ?? []) : results;
  }

  /** Stops the workers and closes the index. Idempotent. */
  close(): Promise<void> {
    return this.#parts.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #request(question: string, options: QueryOptions) {
    const { parameters = {} } = options;
    const maxOutputTokens = outputLimitOf(parameters);
    return {
      requestId: newId('req'),
      tenant: this.#parts.tenant,
      messages: [{ role: 'user' as const, content: question }],
      retrieval: {
        enabled: true as const,
        collection: this.#collection,
        k: options.k ?? this.#defaultK,
        ...(options.filter && { filter: options.filter }),
      },
      parameters,
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
      ...(options.model !== undefined && { model: options.model }),
    };
  }
}

async function openChain(options: RagChainOptions) {
  const settings = {
    ...(options.dataDir !== undefined && { 'data.dir': options.dataDir }),
    ...(options.collection !== undefined && { 'ingest.collection': options.collection }),
    ...options.settings,
  };
  const flags = Object.entries(settings).map(([key, value]) => ({ key, value, flag: `settings["${key}"]` }));
  const { config } = loadConfig({ flags });
  const parts = await openParts(config);
  return { parts, collection: config.ingest.collection, defaultK: config.retrieval.k };
}

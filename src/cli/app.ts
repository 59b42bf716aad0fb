/** What commands need from the composition root (`main`), as types: tests put their own in its place. */
import type { AnswerFlow } from '../answer/spec.js';
import type { Config, Served } from '../config/index.js';
import type { IngestProgress, IngestReport, IngestService } from '../ingest/spec.js';
import type { DocumentStore, Embedder, Retriever } from '../retrieval/spec.js';

/** Everything that answers questions, without HTTP. */
export interface Parts {
  readonly tenant: string;
  readonly store: DocumentStore;
  readonly retriever: Retriever;
  readonly ingest: IngestService;
  readonly flow: AnswerFlow;
  readonly embedder: Embedder;
  readonly llm: DefaultModel;
  /** Folder and collection, chosen by `chooseServed` from what was stored when the parts were opened. */
  readonly served: Served;
  close(): Promise<void>;
}

/** The model that answers when a request names none. */
export interface DefaultModel {
  readonly provider: string;
  readonly model: string;
  /** Absent for `extractive`. */
  readonly baseUrl?: string;
  /** Asks the upstream for its models. Rejects with an `llm_…` error. */
  listModels(signal: AbortSignal): Promise<readonly string[]>;
}

export interface StartHooks {
  /** Progress of indexing the served folder, at start and while watching. */
  readonly onProgress?: (progress: IngestProgress) => void;
  /** A later run, after the folder changed under `--watch`. */
  readonly onReindexed?: (report: IngestReport) => void;
}

export interface RunningNarae {
  /** Where the page is: `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly parts: Parts;
  /** Settles when the folder is indexed; undefined when there was no folder to index. Rejects as `ingestFolder` does. */
  readonly indexed: Promise<IngestReport | undefined>;
  /** Stops taking requests, lets answers under way finish within the shutdown timeout, closes every part. Idempotent. */
  close(): Promise<void>;
}

export interface App {
  /** Opens the parts; asks no upstream. */
  openParts(config: Config): Promise<Parts>;
  /** Resolves as soon as the server listens; indexing goes on behind it. */
  startNarae(config: Config, hooks?: StartHooks): Promise<RunningNarae>;
}

import type { Conversations, SemanticReport } from '../answer/index.js';
import type { AnswerFlow } from '../answer/spec.js';
import type { Caches } from '../cache/index.js';
import type { Served } from '../config/index.js';
import type { BackgroundTasks } from '../core/index.js';
import type { DegradedPart, ServedGraph } from '../http/index.js';
import type { IngestService } from '../ingest/spec.js';
import type { RoutingHealth } from '../llm/index.js';
import type { Retrieval } from '../retrieval/index.js';
import type { DocumentStore, Embedder, Retriever } from '../retrieval/spec.js';
import type { DefaultModel } from './default-model.js';

/** Everything that answers questions, without HTTP. */
export interface Parts {
  readonly tenant: string;
  readonly store: DocumentStore;
  readonly retriever: Retriever;
  /** Opens and checks a collection's files ahead of the searches that need them. */
  readonly index: Pick<Retrieval, 'warm' | 'verify'>;
  readonly ingest: IngestService;
  readonly flow: AnswerFlow;
  /** Answers on conversations that are kept. */
  readonly conversations: Conversations;
  /** Users' own LangGraph graphs, which LangGraph's API serves beside the built-in one. */
  readonly graphs: readonly ServedGraph[];
  readonly embedder: Embedder;
  /** The model that answers when a request names none. */
  readonly llm: DefaultModel;
  /** Absent where caching is switched off. */
  readonly caches?: Caches;
  /** How often kept answers served questions that mean the same; undefined where that is off. */
  readonly semanticReport: () => SemanticReport | undefined;
  /** What goes on after its response was sent; `close` waits for it. */
  readonly background: BackgroundTasks;
  /** What is known about the models' endpoints from the calls that were made. */
  readonly endpointHealth: () => RoutingHealth;
  /** What waits for Redis now, or does without it. */
  readonly degraded: () => readonly DegradedPart[];
  /** Folder and collection, chosen by `chooseServed` from what was stored when the parts were opened. */
  readonly served: Served;
  /** Collections whose vectors are not the configured embedder's; searched as before until they are changed. */
  readonly waitingForEmbedder: () => readonly string[];
  /** Embeds those collections anew. Rejects with the embedder's error; what was done stays. */
  changeEmbedders(signal?: AbortSignal): Promise<void>;
  /** Closes every part, the last opened first. Idempotent. */
  close(): Promise<void>;
}

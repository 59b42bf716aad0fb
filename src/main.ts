/**
 * The composition root: configuration → parts → server, and their closing in the reverse order. Nothing here has
 * behaviour of its own; each room is built from its options and handed the rooms below it.
 */
import { createAnswerFlow } from './answer/index.js';
import type { AnswerFlow } from './answer/spec.js';
import {
  announceIndex,
  answerOptions,
  changeEmbedders,
  type DefaultModel,
  describeDefaultModel,
  EmbedderChange,
  endpointLoads,
  exampleQuestions,
  FolderRun,
  httpOptions,
  IndexCare,
  ingestSettings,
  llmOptions,
  logOptions,
  logQuestions,
  retrievalOptions,
  sseOptions,
} from './compose/index.js';
import { assertSafeBind, type Config, chooseServed, PACKAGE, type Served } from './config/index.js';
import { Closer, toNaraeError } from './core/index.js';
import { createHttpServer, type RouteParts, registerRoutes } from './http/index.js';
import { createIngestService } from './ingest/index.js';
import type { IngestProgress, IngestReport, IngestService } from './ingest/spec.js';
import { createRoutedModels, type RoutingHealth } from './llm/index.js';
import { createLog, createMetrics, EventBus, type EventSink } from './observe/index.js';
import { openRetrieval, type Retrieval } from './retrieval/index.js';
import type { DocumentStore, Embedder, Retriever } from './retrieval/spec.js';
import { createTenantDirectory, DEFAULT_TENANT } from './tenants/index.js';

export type { DefaultModel };

/** Everything that answers questions, without HTTP. */
export interface Parts {
  readonly tenant: string;
  readonly store: DocumentStore;
  readonly retriever: Retriever;
  /** Opens and checks a collection's files ahead of the searches that need them. */
  readonly index: Pick<Retrieval, 'warm' | 'verify'>;
  readonly ingest: IngestService;
  readonly flow: AnswerFlow;
  readonly embedder: Embedder;
  /** The model that answers when a request names none. */
  readonly llm: DefaultModel;
  /** What is known about the models' endpoints from the calls that were made. */
  readonly endpointHealth: () => RoutingHealth;
  /** Folder and collection, chosen by `chooseServed` from what was stored when the parts were opened. */
  readonly served: Served;
  /** Collections whose vectors are not the configured embedder's; searched as before until they are changed. */
  readonly waitingForEmbedder: () => readonly string[];
  /** Embeds those collections anew. Rejects with the embedder's error; what was done stays. */
  changeEmbedders(signal?: AbortSignal): Promise<void>;
  /** Closes every part, the last opened first. Idempotent. */
  close(): Promise<void>;
}

export interface StartHooks {
  /** Progress of indexing the served folder, at start and while watching. */
  readonly onProgress?: (progress: IngestProgress) => void;
  /** A later run, after the folder changed under `ingest.watch`. */
  readonly onReindexed?: (report: IngestReport) => void;
}

export interface RunningNarae {
  /** Where the page is: `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly parts: Parts;
  /** Settles when the folder is indexed; undefined when there was none to index. Rejects as `ingestFolder` does. */
  readonly indexed: Promise<IngestReport | undefined>;
  /** Stops taking requests, lets those under way finish within the shutdown timeout, closes every part. Idempotent. */
  close(): Promise<void>;
}

/** Opens the parts; asks no upstream. Rejects with storage errors and `config_invalid`. */
export async function openParts(config: Config, emit: EventSink = () => {}): Promise<Parts> {
  const closer = new Closer();
  try {
    const retrieval = await openRetrieval(retrievalOptions(config), { emit });
    closer.add('retrieval', retrieval.close);
    const ingest = createIngestService(
      retrievalOptions(config),
      ingestSettings(config),
      emit,
      retrieval.store,
    );
    closer.add('ingest', () => ingest.close());
    const registry = createRoutedModels(llmOptions(config), { emit });
    closer.add('models', () => registry.close());
    const { retriever, store, embedder } = retrieval;
    const waitingForEmbedder = () => retrieval.collectionsToMigrate(DEFAULT_TENANT);
    const flow = createAnswerFlow({ registry, retriever, options: answerOptions(config), emit });
    return {
      tenant: DEFAULT_TENANT,
      store,
      retriever,
      index: retrieval,
      ingest,
      flow: config.log.questions ? logQuestions(flow, emit) : flow,
      embedder,
      llm: describeDefaultModel(registry, config),
      endpointHealth: () => registry.health(),
      served: chooseServed(config, await store.listCollections(DEFAULT_TENANT)),
      waitingForEmbedder,
      changeEmbedders: (signal) =>
        changeEmbedders({ ingest, tenant: DEFAULT_TENANT, waiting: waitingForEmbedder, emit }, signal),
      close: () => closer.close(),
    };
  } catch (error) {
    await closer.close();
    throw error;
  }
}

/** Serves the page and the API; resolves as soon as the server listens, indexing goes on behind it. */
export async function startNarae(config: Config, hooks: StartHooks = {}): Promise<RunningNarae> {
  assertSafeBind(config.server);
  const closer = new Closer();
  const { emit, metrics } = openObservers(config, closer);
  try {
    const parts = await openParts(config, emit);
    closer.add('parts', parts.close);
    metrics.followEndpoints(() => endpointLoads(parts.endpointHealth()));
    const care = new IndexCare({ ...parts, collection: parts.served.collection, emit });
    closer.add('index care', () => care.close());
    care.warm();
    const onWatchError = (thrown: unknown) => emitFailure(emit, thrown);
    const folderRun = new FolderRun(parts, { watch: config.ingest.watch, onWatchError, ...hooks });
    const embedderChange = new EmbedderChange({ ...parts, waiting: parts.waitingForEmbedder, emit });
    const tenants = createTenantDirectory(config.server);
    const routeParts: RouteParts = {
      ...routeSettings(config, parts),
      ...parts,
      emit,
      metrics,
      tenants,
      readiness: () => folderRun.readiness(),
    };
    const server = await createHttpServer(httpOptions(config), {
      emit,
      tenants,
      version: PACKAGE.version,
      routes: (app) => registerRoutes(app, routeParts),
    });
    closer.add('server', () => server.close());
    const url = await server.listen();
    closer.add('change of embedders', () => embedderChange.close());
    closer.add('indexing', () => folderRun.close());
    await announceIndex(parts.store, parts.tenant, emit);
    const indexed = folderRun.start();
    const afterwards = (): void => {
      embedderChange.start();
      care.verify();
    };
    indexed.then(afterwards, afterwards);
    return { url, parts, indexed, close: () => closer.close() };
  } catch (error) {
    await closer.close();
    throw error;
  }
}

function emitFailure(emit: EventSink, thrown: unknown): void {
  const { code, message, cause } = toNaraeError(thrown);
  emit({ type: 'error', code, message, cause });
}

function openObservers(config: Config, closer: Closer) {
  const bus = new EventBus();
  const log = createLog(logOptions(config, process.stderr.isTTY === true));
  closer.add('log', () => log.close());
  const metrics = createMetrics();
  closer.add('metrics', () => metrics.close());
  bus.subscribe(log.sink);
  bus.subscribe(metrics.sink);
  const emit: EventSink = (event) => bus.emit(event);
  return { emit, metrics };
}

/** What routes take from the configuration. */
function routeSettings(config: Config, { store, served, embedder, flow }: Parts) {
  const { server, retrieval, answer } = config;
  const [defaultModel = { name: 'extractive', provider: 'extractive' }] = flow.models;
  return {
    defaultCollection: served.collection,
    defaultK: retrieval.k,
    sse: sseOptions(config),
    maxQuestionCharacters: answer.maxQuestionCharacters,
    batchMaxQuestions: answer.batchMaxQuestions,
    uploadLimitBytes: server.uploadLimitBytes,
    pageFolder: PACKAGE.pageFolder,
    info: {
      version: PACKAGE.version,
      defaultModel,
      defaultCollection: served.collection,
      embedder: embedder.id,
      uploadLimitBytes: server.uploadLimitBytes,
      examples: (tenant: string) => exampleQuestions(store, tenant, served),
    },
  };
}

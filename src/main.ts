/**
 * The composition root: configuration → parts → server, and their closing in the reverse order. Nothing here has
 * behaviour of its own; each room is built from its options and handed the rooms below it.
 */
import { basename } from 'node:path';
import {
  ConversationService,
  type Conversations,
  createAnswerFlow,
  Recall,
  type SemanticReport,
  Summaries,
} from './answer/index.js';
import type { AnswerFlow } from './answer/spec.js';
import type { Caches } from './cache/index.js';
import {
  answerOptions,
  cachesFor,
  changeEmbedders,
  conversationOptions,
  conversationsFor,
  type DefaultModel,
  describeDefaultModel,
  endpointLoads,
  exampleQuestions,
  type GraphToOpen,
  httpOptions,
  IndexCare,
  IndexLead,
  ingestSettings,
  llmOptions,
  logOptions,
  logQuestions,
  type Overview,
  overviewOf,
  recallOptions,
  redisFor,
  retrievalOptions,
  sseOptions,
  userGraphs,
} from './compose/index.js';
import { assertSafeBind, type Config, chooseServed, PACKAGE, type Served } from './config/index.js';
import { BackgroundTasks, Closer, NaraeError, toNaraeError } from './core/index.js';
import {
  createHttpServer,
  type HttpServer,
  type Leave,
  type RouteParts,
  registerRoutes,
  type ServedGraph,
} from './http/index.js';
import { createIngestService } from './ingest/index.js';
import type { IngestProgress, IngestReport, IngestService } from './ingest/spec.js';
import { createRoutedModels, type RoutingHealth } from './llm/index.js';
import {
  createLog,
  createMetrics,
  EventBus,
  type EventSink,
  type MetricSnapshot,
  type MetricsSink,
  renderMerged,
} from './observe/index.js';
import type { Leases } from './redis/spec.js';
import { openRetrieval, type Retrieval } from './retrieval/index.js';
import type { DocumentStore, Embedder, Retriever } from './retrieval/spec.js';
import { createTenantDirectory, DEFAULT_TENANT } from './tenants/index.js';

export type { DefaultModel, Overview };

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
  /** Where this process is one of several on the same data folder; absent: it is the only one, and leads. */
  readonly place?: WorkerPlace;
}

/** What the other processes mean for this one. */
export interface WorkerPlace {
  /** Number of the worker, for the log. */
  readonly worker: number;
  /** What the first process chose to serve; the others must not choose anew. */
  readonly served?: Served;
  /** Hands documents to the process that leads. */
  readonly ingestUploads: IngestService['ingestUploads'];
  /** For what one process does for all of them. */
  readonly leases: Leases;
  /** Metrics of all processes, this one's among them. */
  metrics(): Promise<readonly MetricSnapshot[]>;
  /** Told what this process has counted, once everything else is closed. */
  counted(snapshot: MetricSnapshot): void;
}

export interface RunningNarae {
  /** Where the page is: `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly parts: Parts;
  /**
   * Settles when the folder is indexed; undefined when there was none to index, or another process leads. Rejects as
   * `ingestFolder` does.
   */
  readonly indexed: Promise<IngestReport | undefined>;
  /** Indexing, watching and changes of embedders, of which one process of several takes care. */
  readonly lead: IndexLead;
  readonly metrics: MetricsSink;
  overview(): Promise<Overview>;
  /**
   * Lets requests under way end within the shutdown timeout, then closes every part. `stop` refuses new requests;
   * `hand-over` answers them on open connections, since another process takes this one's place. Idempotent.
   */
  close(how?: Leave): Promise<void>;
  /** Cuts off what is under way at once: streams end with an error event. */
  cutOff(): void;
}

/** Opens the parts; asks no upstream. Rejects with storage errors and `config_invalid`. */
export async function openParts(
  config: Config,
  emit: EventSink = () => {},
  given: Partial<Pick<WorkerPlace, 'served' | 'leases'>> = {},
): Promise<Parts> {
  const closer = new Closer();
  try {
    const background = new BackgroundTasks({
      onFailure: (_task, error) => emitFailure(emit, error),
    });
    const redis = redisFor(config, emit, closer);
    const cached = cachesFor(config, emit, closer, { redis: redis.caches, leases: given.leases });
    const { threads, runs } = await conversationsFor(config, emit, closer, redis.threads);
    const retrieval = await openRetrieval(retrievalOptions(config), {
      ...{ emit, background },
      ...(cached && { caches: cached.caches }),
    });
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
    closer.add('background tasks', () => background.drain(config.server.shutdownTimeoutSeconds * 1000));
    const { retriever, store, embedder } = retrieval;
    const waitingForEmbedder = () => retrieval.collectionsToMigrate(DEFAULT_TENANT);
    const recall =
      cached &&
      new Recall(cached.caches, recallOptions(config), {
        background,
        ...(cached.leases && { leases: cached.leases }),
      });
    const answers = createAnswerFlow({
      ...{ registry, retriever, options: answerOptions(config), emit },
      ...(recall && { recall }),
    });
    const flow = config.log.questions ? logQuestions(answers, emit) : answers;
    const options = conversationOptions(config);
    const conversations = new ConversationService({
      ...{ flow, threads, runs, options, background },
      ...(options.historyPolicy === 'summarise' && {
        summaries: new Summaries(registry, threads, options.historyTurns),
      }),
    });
    closer.add('runs', () => runs.close());
    return {
      tenant: DEFAULT_TENANT,
      store,
      retriever,
      index: retrieval,
      ingest,
      flow,
      conversations,
      graphs: userGraphs(config, closer, redis.threads, openGraph),
      embedder,
      llm: describeDefaultModel(registry, config),
      background,
      ...(cached && { caches: cached.caches }),
      semanticReport: () => recall?.semanticReport(),
      endpointHealth: () => registry.health(),
      served: given.served ?? chooseServed(config, await store.listCollections(DEFAULT_TENANT)),
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
  const { place, ...folderHooks } = hooks;
  const { emit, metrics } = openObservers(config, closer, place);
  try {
    const parts = await openParts(config, emit, place);
    closer.add('parts', parts.close);
    metrics.followEndpoints(() => endpointLoads(parts.endpointHealth()));
    metrics.followCaches(() => parts.caches?.statistics() ?? {});
    const care = new IndexCare({ ...parts, collection: parts.served.collection, emit });
    closer.add('index care', () => care.close());
    care.warm();
    const lead = new IndexLead({ ...parts, care, emit }, { watch: config.ingest.watch, ...folderHooks });
    const server = await openServer(config, { parts, emit, metrics, lead, ...(place && { place }) });
    closer.add('server', () => server.close());
    const url = await server.listen();
    closer.add('indexing', () => lead.close());
    if (place !== undefined) await lead.follow();
    const indexed = place === undefined ? lead.begin() : Promise.resolve(undefined);
    return {
      url,
      parts,
      indexed,
      lead,
      metrics,
      overview: () => overviewOf(url, parts),
      close: (how) => {
        // Nothing new from this moment on, whatever closes first.
        server.close(how).catch(() => {});
        return closer.close();
      },
      cutOff: () => server.cutOff(),
    };
  } catch (error) {
    await closer.close();
    throw error;
  }
}

interface ServerParts {
  readonly parts: Parts;
  readonly emit: EventSink;
  readonly metrics: MetricsSink;
  readonly lead: IndexLead;
  readonly place?: WorkerPlace;
}

function openServer(config: Config, { parts, emit, metrics, lead, place }: ServerParts): Promise<HttpServer> {
  const tenants = createTenantDirectory(config.server);
  const admins = createTenantDirectory({ apiKeys: config.server.adminKeys });
  const routeParts: RouteParts = {
    ...routeSettings(config, parts),
    ...parts,
    emit,
    metrics,
    tenants,
    admins,
    readiness: () => lead.readiness(),
    ...(place && {
      ingest: ingestVia(parts.ingest, place),
      metrics: {
        contentType: metrics.contentType,
        render: async () => renderMerged(await place.metrics()),
      },
    }),
  };
  return createHttpServer(httpOptions(config), {
    emit,
    tenants,
    version: PACKAGE.version,
    routes: (app) => registerRoutes(app, routeParts),
  });
}

/** Uploads go where the index is written. */
function ingestVia(own: IngestService, { ingestUploads }: WorkerPlace): IngestService {
  return {
    ingestUploads,
    ingestFolder: (folder, options) => own.ingestFolder(folder, options),
    changeEmbedder: (options) => own.changeEmbedder(options),
    close: () => own.close(),
  };
}

/** LangGraph is loaded for those who have graphs: it is not among our own packages. */
async function openGraph(graph: GraphToOpen): Promise<ServedGraph> {
  const { id, source } = graph;
  const room = await import('./langgraph/index.js').catch((cause: unknown) => {
    const reason =
      'install @langchain/core, @langchain/langgraph and @langchain/langgraph-checkpoint beside narae';
    throw new NaraeError('graph_unavailable', {
      values: { graph: id, source: basename(source), reason },
      cause,
    });
  });
  return room.openUserGraph(graph);
}

function emitFailure(emit: EventSink, thrown: unknown): void {
  const { code, message, cause } = toNaraeError(thrown);
  emit({ type: 'error', code, message, cause });
}

function openObservers(config: Config, closer: Closer, place: WorkerPlace | undefined) {
  const bus = new EventBus();
  const log = createLog({
    ...logOptions(config, process.stderr.isTTY === true),
    ...(place !== undefined && { worker: place.worker }),
  });
  closer.add('log', () => log.close());
  const metrics = createMetrics();
  closer.add('metrics', () => metrics.close());
  if (place !== undefined)
    closer.add('what was counted', async () => place.counted(await metrics.snapshot()));
  bus.subscribe(log.sink);
  bus.subscribe(metrics.sink);
  const emit: EventSink = (event) => bus.emit(event);
  return { emit, metrics };
}

/** What routes take from the configuration. */
function routeSettings(config: Config, { store, served, embedder, flow }: Parts) {
  const { server, retrieval, answer, threads } = config;
  const [defaultModel = { name: 'extractive', provider: 'extractive' }] = flow.models;
  return {
    defaultCollection: served.collection,
    defaultK: retrieval.k,
    sse: sseOptions(config),
    bodyLimitBytes: server.bodyLimitBytes,
    onDisconnect: threads.onDisconnect,
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

/**
 * The composition root: configuration → parts → server, and their closing in the reverse order. Nothing here has
 * behaviour of its own; each room is built from its options and handed the rooms below it.
 */
import { basename } from 'node:path';
import {
  answersFor,
  cachesFor,
  changeEmbedders,
  conversationsFor,
  degradedParts,
  describeDefaultModel,
  endpointLoads,
  type GraphToOpen,
  IndexCare,
  IndexLead,
  ingestSettings,
  llmOptions,
  type Overview,
  observersFor,
  overviewOf,
  type Parts,
  redisFor,
  retrievalOptions,
  serverFor,
  tellFailure,
  userGraphs,
  type WorkerPlace,
} from './compose/index.js';
import { assertSafeBind, type Config, chooseServed } from './config/index.js';
import { BackgroundTasks, Closer, NaraeError } from './core/index.js';
import type { Leave, ServedGraph } from './http/index.js';
import { createIngestService } from './ingest/index.js';
import type { IngestProgress, IngestReport } from './ingest/spec.js';
import { createRoutedModels } from './llm/index.js';
import type { EventSink, MetricsSink } from './observe/index.js';
import { openRetrieval } from './retrieval/index.js';
import { DEFAULT_TENANT } from './tenants/index.js';

export type { Overview, Parts };

export interface StartHooks {
  /** Progress of indexing the served folder, at start and while watching. */
  readonly onProgress?: (progress: IngestProgress) => void;
  /** A later run, after the folder changed under `ingest.watch`. */
  readonly onReindexed?: (report: IngestReport) => void;
  /** Where this process is one of several on the same data folder; absent: it is the only one, and leads. */
  readonly place?: WorkerPlace;
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
    const tenant = DEFAULT_TENANT;
    const background = new BackgroundTasks({ onFailure: (_task, error) => tellFailure(emit, error) });
    const redis = redisFor(config, emit, closer);
    const cached = cachesFor(config, emit, closer, { redis: redis.caches, leases: given.leases });
    const { threads, runs } = await conversationsFor(config, emit, closer, redis.threads);
    const retrieval = await openRetrieval(retrievalOptions(config), {
      ...{ emit, background },
      ...(cached && { caches: cached.caches }),
    });
    closer.add('retrieval', retrieval.close);
    const { retriever, store, embedder } = retrieval;
    const ingest = createIngestService(retrievalOptions(config), ingestSettings(config), emit, store);
    closer.add('ingest', () => ingest.close());
    const registry = createRoutedModels(llmOptions(config), { emit });
    closer.add('models', () => registry.close());
    closer.add('background tasks', () => background.drain(config.server.shutdownTimeoutSeconds * 1000));
    const answers = answersFor(config, emit, { registry, retriever, cached, threads, runs, background });
    closer.add('runs', () => runs.close());
    const waiting = () => retrieval.collectionsToMigrate(tenant);
    return {
      ...answers,
      ...{ tenant, store, retriever, ingest, embedder, background },
      ...(cached && { caches: cached.caches }),
      index: retrieval,
      graphs: userGraphs(config, closer, redis.threads, openGraph),
      llm: describeDefaultModel(registry, config),
      endpointHealth: () => registry.health(),
      degraded: () => degradedParts(redis),
      served: given.served ?? chooseServed(config, await store.listCollections(tenant)),
      waitingForEmbedder: waiting,
      changeEmbedders: (signal) => changeEmbedders({ ingest, tenant, waiting, emit }, signal),
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
  const observers = observersFor(config, closer, place);
  const { emit, metrics } = observers;
  try {
    const parts = await openParts(config, emit, place);
    closer.add('parts', parts.close);
    metrics.followEndpoints(() => endpointLoads(parts.endpointHealth()));
    metrics.followDegraded(() => parts.degraded().map(({ part }) => part));
    metrics.followCaches(() => parts.caches?.statistics() ?? {});
    const care = new IndexCare({ ...parts, collection: parts.served.collection, emit });
    closer.add('index care', () => care.close());
    care.warm();
    const lead = new IndexLead({ ...parts, care, emit }, { watch: config.ingest.watch, ...folderHooks });
    const readiness = () => lead.readiness();
    const server = await serverFor(config, { parts, ...observers, readiness, place });
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

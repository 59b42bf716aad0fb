import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EventSink, NaraeEvent } from '../events.js';
import { type CacheLoad, followCaches } from './cache-gauges.js';
import { HotGauge, HotHistogram } from './hot-metrics.js';
import type { MetricSnapshot } from './merge-metrics.js';

/** Seconds; from a cached answer to a slow model. */
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Boundaries that the OpenTelemetry GenAI conventions recommend for token counts. */
const TOKEN_BUCKETS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144];

/** Between two looks at the event loop's delay. Each wakes the process, also an idle one. */
const LOOP_PRECISION_MS = 100;

export interface MetricsSink {
  readonly sink: EventSink;
  /** Prometheus text; `contentType` goes with it. */
  render(): Promise<string>;
  readonly contentType: string;
  /** All values as plain data, to be merged with those of other processes. */
  snapshot(): Promise<MetricSnapshot>;
  /** From now on shows what `read` says at each look; called once. */
  followEndpoints(read: () => readonly EndpointLoad[]): void;
  /** The same of caches. */
  followCaches(read: () => Readonly<Record<string, CacheLoad>>): void;
  /** Names of parts that cannot do their work now. */
  followDegraded(read: () => readonly string[]): void;
  close(): void;
}

/** What is under way on one endpoint of a model. */
export interface EndpointLoad {
  readonly model: string;
  readonly endpoint: string;
  readonly inFlight: number;
  /** Calls that wait for a place on its server. */
  readonly waiting: number;
  readonly limit: number;
}

/**
 * Turns events into Prometheus metrics. Names follow the Prometheus and OpenTelemetry (HTTP, GenAI) conventions,
 * with the dots of OpenTelemetry as underscores; what has no convention begins with `narae_`.
 * Label values come from routes, configured models and the error table, so that their number is bounded.
 */
export function createMetrics(): MetricsSink {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS });
  const meters = createMeters(registry);
  return {
    sink: (event) => record(meters, event),
    render: () => registry.metrics(),
    contentType: registry.contentType,
    snapshot: async () => (await registry.getMetricsAsJSON()) as unknown as MetricSnapshot,
    followEndpoints: (read) => followEndpoints(registry, read),
    followCaches: (read) => followCaches(registry, read),
    followDegraded: (read) => followDegraded(registry, read),
    close: () => registry.clear(),
  };
}

export interface MetricDescription {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

/** Every metric of our own, for the reference; those of Node and of the process are prom-client's. */
export function describeMetrics(): readonly MetricDescription[] {
  const registry = new Registry();
  createMeters(registry);
  followEndpoints(registry, () => []);
  followCaches(registry, () => ({}));
  followDegraded(registry, () => []);
  const metrics = registry.getMetricsAsArray() as unknown as readonly DescribedMetric[];
  return metrics.map(({ name, type, labelNames, help }) => ({ name, type, labels: labelNames, help }));
}

/** prom-client types a metric as what it is made from; the class has these. */
interface DescribedMetric extends Omit<MetricDescription, 'labels'> {
  readonly labelNames: readonly string[];
}

function followDegraded(registry: Registry, read: () => readonly string[]): void {
  new Gauge({
    name: 'narae_degraded',
    help: 'Processes in which a part has to wait for Redis, or to do without it; /readyz names the parts too.',
    labelNames: ['part'],
    registers: [registry],
    collect() {
      this.reset();
      for (const part of read()) this.set({ part }, 1);
    },
  });
}

const ENDPOINT_GAUGES = [
  ['narae_endpoint_in_flight', "Calls under way on a model's endpoint.", 'inFlight'],
  ['narae_endpoint_waiting', "Calls that wait for a place on the endpoint's server.", 'waiting'],
  ['narae_endpoint_limit', "Calls that may be under way on the endpoint's server.", 'limit'],
] as const;

function followEndpoints(registry: Registry, read: () => readonly EndpointLoad[]): void {
  for (const [name, help, field] of ENDPOINT_GAUGES)
    new Gauge({
      name,
      help,
      labelNames: ['gen_ai_request_model', 'endpoint'],
      registers: [registry],
      collect() {
        for (const { model, endpoint, [field]: value } of read())
          this.set({ gen_ai_request_model: model, endpoint }, value);
      },
    });
}

type Meters = ReturnType<typeof createMeters>;

function createMeters(registry: Registry) {
  const registers = [registry];
  return {
    requests: new HotHistogram({
      name: 'http_server_request_duration_seconds',
      help: 'Time from the request line to the last byte of the response.',
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
      buckets: REQUEST_BUCKETS,
      registry,
    }),
    activeRequests: new HotGauge({
      name: 'http_server_active_requests',
      help: 'Requests under way.',
      labelNames: ['http_route'],
      registry,
    }),
    stages: new HotHistogram({
      name: 'narae_stage_duration_seconds',
      help: 'Time of each stage of an answer.',
      labelNames: ['stage', 'outcome'],
      buckets: REQUEST_BUCKETS,
      registry,
    }),
    flowNodes: new HotHistogram({
      name: 'narae_flow_node_duration_seconds',
      help: 'Time of each node of a graph.',
      labelNames: ['graph', 'node', 'outcome'],
      buckets: REQUEST_BUCKETS,
      registry,
    }),
    generations: new HotHistogram({
      name: 'gen_ai_server_request_duration_seconds',
      help: 'Time of a generation, from the call to its last part.',
      labelNames: ['gen_ai_provider_name', 'gen_ai_request_model', 'error_type'],
      buckets: REQUEST_BUCKETS,
      registry,
    }),
    firstToken: new HotHistogram({
      name: 'gen_ai_server_time_to_first_token_seconds',
      help: 'Time from the call of a model to its first content.',
      labelNames: ['gen_ai_provider_name', 'gen_ai_request_model'],
      buckets: REQUEST_BUCKETS,
      registry,
    }),
    tokens: new HotHistogram({
      name: 'gen_ai_client_token_usage',
      help: 'Tokens of a generation, under the model that wrote it.',
      labelNames: [
        'gen_ai_provider_name',
        'gen_ai_request_model',
        'gen_ai_response_model',
        'gen_ai_token_type',
      ],
      buckets: TOKEN_BUCKETS,
      registry,
    }),
    activeGenerations: new HotGauge({
      name: 'narae_generations_in_flight',
      help: 'Generations under way.',
      labelNames: ['gen_ai_provider_name', 'gen_ai_request_model'],
      registry,
    }),
    endpointState: new Gauge({
      name: 'narae_endpoint_state',
      help: "State of a model's endpoint: 1 for the one that holds. Endpoints that never failed are not listed.",
      labelNames: ['gen_ai_request_model', 'endpoint', 'state'],
      registers,
    }),
    retries: new Counter({
      name: 'narae_generation_retries_total',
      help: 'Further attempts after a failure before the first content.',
      labelNames: ['gen_ai_request_model', 'endpoint', 'error_type'],
      registers,
    }),
    hedges: new Counter({
      name: 'narae_generation_hedges_total',
      help: 'Second calls made because the first was slow.',
      labelNames: ['gen_ai_request_model', 'outcome'],
      registers,
    }),
    fallbacks: new Counter({
      name: 'narae_generation_fallbacks_total',
      help: 'Generations handed to another model because all endpoints of the first failed.',
      labelNames: ['gen_ai_request_model', 'fallback', 'error_type'],
      registers,
    }),
    earlyStops: new Counter({
      name: 'narae_generation_early_stops_total',
      help: 'Answers that a rule ended before the model did.',
      labelNames: ['gen_ai_request_model', 'rule'],
      registers,
    }),
    limitWaits: new Histogram({
      name: 'narae_limit_wait_seconds',
      help: 'Waits of generations that were not let in at once.',
      labelNames: ['limit', 'endpoint', 'outcome'],
      buckets: REQUEST_BUCKETS,
      registers,
    }),
    embeddings: new Histogram({
      name: 'narae_embedding_duration_seconds',
      help: 'Time of one embedding call.',
      labelNames: ['embedder', 'purpose'],
      buckets: REQUEST_BUCKETS,
      registers,
    }),
    embeddedTexts: new Counter({
      name: 'narae_embedded_texts_total',
      help: 'Texts turned into vectors.',
      labelNames: ['embedder', 'purpose'],
      registers,
    }),
    cacheReads: new Counter({
      name: 'narae_cache_reads_total',
      help: 'Cache look-ups by outcome.',
      labelNames: ['cache', 'outcome'],
      registers,
    }),
    reuseDecisions: new Counter({
      name: 'narae_answer_reuse_total',
      help: 'Questions that a kept answer to another wording might have served, by what was decided.',
      labelNames: ['outcome', 'reason'],
      registers,
    }),
    reuseChecks: new Counter({
      name: 'narae_answer_reuse_checks_total',
      help: "Reused answers that were compared with the model's own afterwards.",
      labelNames: ['outcome', 'difference'],
      registers,
    }),
    ingests: new Counter({
      name: 'narae_ingest_runs_total',
      help: 'Indexing runs by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    ingestedChunks: new Counter({
      name: 'narae_ingested_chunks_total',
      help: 'Chunks stored, by whether their vector was computed or found by content hash.',
      labelNames: ['vector'],
      registers,
    }),
    activeIngests: new Gauge({ name: 'narae_ingest_in_flight', help: 'Indexing runs under way.', registers }),
    failedFiles: new Counter({
      name: 'narae_ingest_file_failures_total',
      help: 'Files that could not be read.',
      labelNames: ['code'],
      registers,
    }),
    indexDocuments: new Gauge({
      name: 'narae_index_documents',
      help: 'Documents in the index.',
      labelNames: ['collection'],
      registers,
    }),
    indexChunks: new Gauge({
      name: 'narae_index_chunks',
      help: 'Chunks in the index.',
      labelNames: ['collection'],
      registers,
    }),
    errors: new Counter({
      name: 'narae_errors_total',
      help: 'Failures by code; docs/reference/errors.md explains each.',
      labelNames: ['code'],
      registers,
    }),
  };
}

type EventOf<Type extends NaraeEvent['type']> = Extract<NaraeEvent, { type: Type }>;
type Recorders = { [Type in NaraeEvent['type']]?: (meters: Meters, event: EventOf<Type>) => void };

const RECORDERS: Recorders = {
  'request-started': (meters, event) => meters.activeRequests.add(1, [event.route]),
  'request-finished': recordRequest,
  'stage-finished': (meters, event) =>
    meters.stages.observe(event.durationMs / 1000, [event.stage, event.outcome]),
  'generation-started': (meters, event) => meters.activeGenerations.add(1, [event.provider, event.model]),
  'generation-finished': recordGeneration,
  'endpoint-state-changed': recordEndpointState,
  'generation-retried': (meters, event) =>
    meters.retries.inc({
      gen_ai_request_model: event.model,
      endpoint: event.endpoint,
      error_type: event.errorCode,
    }),
  'generation-hedged': (meters, event) =>
    meters.hedges.inc({ gen_ai_request_model: event.model, outcome: event.outcome }),
  'generation-fell-back': (meters, event) =>
    meters.fallbacks.inc({
      gen_ai_request_model: event.model,
      fallback: event.fallback,
      error_type: event.errorCode,
    }),
  'generation-stopped-early': (meters, event) =>
    meters.earlyStops.inc({ gen_ai_request_model: event.model, rule: event.rule }),
  'limit-waited': (meters, { limit, endpoint = '', outcome, waitedMs }) =>
    meters.limitWaits.observe({ limit, endpoint, outcome }, waitedMs / 1000),
  'embedding-finished': recordEmbedding,
  'flow-node-finished': (meters, { graph, node, outcome, durationMs }) =>
    meters.flowNodes.observe(durationMs / 1000, [graph, node, outcome]),
  'cache-read': (meters, event) => meters.cacheReads.inc({ cache: event.cache, outcome: event.outcome }),
  'answer-reuse-decided': (meters, { outcome, reason = '' }) =>
    meters.reuseDecisions.inc({ outcome, reason }),
  'answer-reuse-checked': (meters, { outcome, difference = '' }) =>
    meters.reuseChecks.inc({ outcome, difference }),
  'ingest-started': (meters) => meters.activeIngests.inc(),
  'ingest-finished': recordIngest,
  'ingest-file-failed': (meters, event) => meters.failedFiles.inc({ code: event.code }),
  'index-changed': recordIndex,
  error: (meters, event) => meters.errors.inc({ code: event.code }),
};

function record(meters: Meters, event: NaraeEvent): void {
  const recorder = RECORDERS[event.type] as ((meters: Meters, event: NaraeEvent) => void) | undefined;
  recorder?.(meters, event);
}

function recordIndex(meters: Meters, event: EventOf<'index-changed'>): void {
  meters.indexDocuments.set({ collection: event.collection }, event.documents);
  meters.indexChunks.set({ collection: event.collection }, event.chunks);
}

function recordRequest(meters: Meters, event: EventOf<'request-finished'>): void {
  const { method, route, status, durationMs } = event;
  meters.activeRequests.add(-1, [route]);
  meters.requests.observe(durationMs / 1000, [method, route, status]);
}

function recordGeneration(meters: Meters, event: EventOf<'generation-finished'>): void {
  const { provider, model, fallback, durationMs, firstTokenMs } = event;
  meters.activeGenerations.add(-1, [provider, model]);
  const errorType = event.errorCode ?? (event.outcome === 'aborted' ? 'aborted' : '');
  meters.generations.observe(durationMs / 1000, [provider, model, errorType]);
  if (firstTokenMs !== undefined) meters.firstToken.observe(firstTokenMs / 1000, [provider, model]);
  const writer = fallback ?? event;
  meters.tokens.observe(event.inputTokens, [writer.provider, model, writer.model, 'input']);
  meters.tokens.observe(event.outputTokens, [writer.provider, model, writer.model, 'output']);
}

function recordEndpointState(meters: Meters, event: EventOf<'endpoint-state-changed'>): void {
  const labels = { gen_ai_request_model: event.model, endpoint: event.endpoint };
  meters.endpointState.set({ ...labels, state: event.from }, 0);
  meters.endpointState.set({ ...labels, state: event.to }, 1);
}

function recordEmbedding(meters: Meters, event: EventOf<'embedding-finished'>): void {
  const labels = { embedder: event.embedder, purpose: event.purpose };
  meters.embeddings.observe(labels, event.durationMs / 1000);
  meters.embeddedTexts.inc(labels, event.texts);
}

function recordIngest(meters: Meters, event: EventOf<'ingest-finished'>): void {
  meters.activeIngests.dec();
  meters.ingests.inc({ outcome: event.outcome });
  meters.ingestedChunks.inc({ vector: 'computed' }, event.chunksEmbedded);
  meters.ingestedChunks.inc({ vector: 'reused' }, event.chunksReused);
}

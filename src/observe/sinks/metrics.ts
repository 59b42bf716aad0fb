import { collectDefaultMetrics, Registry } from 'prom-client';
import type { EventSink, NaraeEvent } from '../events.js';
import { type CacheLoad, followCaches } from './cache-gauges.js';
import { type EndpointLoad, followDegraded, followEndpoints } from './gauges.js';
import type { MetricSnapshot } from './merge-metrics.js';
import { createMeters, type Meters } from './meters.js';

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

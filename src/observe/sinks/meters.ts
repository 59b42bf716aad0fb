import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { HotGauge, HotHistogram } from './hot-metrics.js';

/** Seconds; from a cached answer to a slow model. */
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Boundaries that the OpenTelemetry GenAI conventions recommend for token counts. */
const TOKEN_BUCKETS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144];

export type Meters = ReturnType<typeof createMeters>;

/** What events are counted and timed in. */
export function createMeters(registry: Registry) {
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

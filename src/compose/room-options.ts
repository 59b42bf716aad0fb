/** The configuration, cut into what each room needs to know. */
import {
  type ConversationOptions,
  defaultRecallOptions,
  defaultSemanticOptions,
  type RecallOptions,
  type SemanticOptions,
} from '../answer/index.js';
import { type AnswerOptions, defaultAnswerOptions } from '../answer/options.js';
import { type Config, type ConfiguredModel, configuredEmbedder, configuredModels } from '../config/index.js';
import { MEGABYTE } from '../core/index.js';
import { defaultSseOptions, type HttpOptions, type SseOptions } from '../http/index.js';
import type { IngestSettings } from '../ingest/options.js';
import {
  defaultLlmOptions,
  type EarlyStopOptions,
  type RoutedLlmOptions,
  type RoutedModelOptions,
  type RoutingOptions,
} from '../llm/options.js';
import type { LogOptions } from '../observe/index.js';
import type { EmbedderOptions, RetrievalOptions } from '../retrieval/options.js';

/** Name of a model whose real one only its server knows. */
const UNNAMED_MODEL = 'auto';

export function httpOptions({ server }: Config): HttpOptions {
  const { host, port, bodyLimitBytes, uploadLimitBytes, compressionMinBytes, corsOrigins } = server;
  const shutdownTimeoutMs = server.shutdownTimeoutSeconds * 1000;
  return {
    host,
    port,
    bodyLimitBytes,
    uploadLimitBytes,
    compressionMinBytes,
    corsOrigins,
    maxConnections: server.maxConnections,
    maxRequestsInFlight: server.maxRequestsInFlight,
    shutdownTimeoutMs,
  };
}

export function sseOptions({ server }: Config): SseOptions {
  return { ...defaultSseOptions, slowReaderTimeoutMs: server.slowReaderTimeoutSeconds * 1000 };
}

export function retrievalOptions(config: Config): RetrievalOptions {
  const { data, embedder, retrieval, cache } = config;
  return {
    dataDir: data.dir,
    embedder: embedderOptions(config),
    fusion: retrieval.fusion,
    vectorWeight: embedder.fusionWeight,
    ...(!cache.enabled && { resultCacheBytes: 0, embeddingCacheBytes: 0 }),
    resultCacheSeconds: cache.retrievalMinutes * 60,
    embeddingCacheSeconds: cache.embeddingHours * 3_600,
  };
}

function embedderOptions(config: Config): EmbedderOptions {
  const embedder = configuredEmbedder(config);
  const { batchSize, timeoutSeconds } = embedder;
  switch (embedder.provider) {
    case 'builtin':
      return { kind: 'builtin' };
    case 'onnx':
      return { kind: 'onnx', path: embedder.modelDir, batchSize };
    case 'openai': {
      const { baseUrl, model, apiKey, dimensions } = embedder;
      const timeoutMs = timeoutSeconds * 1000;
      return { kind: 'openai', baseUrl, model, apiKey, dimensions, batchSize, timeoutMs };
    }
  }
}

export function ingestSettings({ ingest }: Config): Partial<IngestSettings> {
  const { maxFileBytes, chunkTokens, chunkOverlapTokens, memoryLimitMb } = ingest;
  return { maxFileBytes, chunkTokens, chunkOverlapTokens, memoryLimitMb };
}

export function llmOptions(config: Config): RoutedLlmOptions {
  const { llm } = config;
  const models = configuredModels(config);
  return {
    ...defaultLlmOptions,
    models: models.filter((model) => model.provider !== 'extractive').map(modelOptions),
    cache: config.cache.answers,
    defaultModel: models[0]?.name ?? UNNAMED_MODEL,
    connectTimeoutMs: llm.connectTimeoutSeconds * 1000,
    firstTokenTimeoutMs: llm.firstTokenTimeoutSeconds * 1000,
    stallTimeoutMs: llm.stallTimeoutSeconds * 1000,
    totalTimeoutMs: llm.totalTimeoutSeconds * 1000,
    maxConnections: maxConnections(config),
    keepAliveMs: llm.keepAliveSeconds * 1000,
    routing: routingOptions(config),
  };
}

/** Twice what may be under way: a finished call keeps its connection for a moment after its place is free. */
function maxConnections({ llm, routing }: Config): number {
  return llm.maxConnections ?? routing.maxInFlightPerEndpoint * 2;
}

/** Calls wait for a place in the queue, where their wait has a limit, and not for a connection. */
function maxInFlightPerEndpoint({ llm, routing }: Config): number {
  return Math.min(routing.maxInFlightPerEndpoint, llm.maxConnections ?? Number.POSITIVE_INFINITY);
}

function routingOptions(config: Config): RoutingOptions {
  const { routing } = config;
  return {
    policy: routing.policy,
    retry: {
      maxAttempts: routing.maxAttempts,
      backoff: { minMs: routing.retryBackoffSeconds * 1000, maxMs: routing.retryBackoffMaxSeconds * 1000 },
      retryAfterMaxMs: routing.retryAfterMaxSeconds * 1000,
    },
    retryBudgetRatio: routing.retryBudgetRatio,
    retryBudgetPerSecond: routing.retryBudgetPerSecond,
    breaker: {
      failures: routing.breakerFailures,
      failureRatio: routing.breakerFailureRatio,
      windowMs: routing.breakerWindowSeconds * 1000,
      openMs: routing.breakerOpenSeconds * 1000,
    },
    limits: {
      maxInFlight: routing.maxInFlight,
      maxInFlightPerEndpoint: maxInFlightPerEndpoint(config),
      queue: { maxWaiting: routing.maxWaiting, maxWaitMs: routing.maxWaitSeconds * 1000 },
      adaptive: routing.adaptiveLimit,
    },
    hedge: { enabled: routing.hedge, ratio: routing.hedgeRatio },
    fallback: routing.fallback,
    earlyStop: earlyStopOptions(routing),
    lastResort: {
      limitBytes: routing.staleAnswersMb * MEGABYTE,
      keepMs: routing.staleAnswersHours * 3_600_000,
    },
  };
}

function earlyStopOptions(routing: Config['routing']): EarlyStopOptions {
  const { stopAfterCharacters, stopAfterTokens, stopAtSentenceAfterCharacters, stopTexts } = routing;
  return {
    stopTexts,
    ...(stopAfterCharacters !== undefined && { maxCharacters: stopAfterCharacters }),
    ...(stopAfterTokens !== undefined && { maxTokens: stopAfterTokens }),
    ...(stopAtSentenceAfterCharacters !== undefined && {
      sentenceEndAfterCharacters: stopAtSentenceAfterCharacters,
    }),
  };
}

function modelOptions(model: Exclude<ConfiguredModel, { provider: 'extractive' }>): RoutedModelOptions {
  return { ...model, name: model.name ?? UNNAMED_MODEL, useFirstModel: model.name === undefined };
}

export function conversationOptions({ threads }: Config): ConversationOptions {
  const { historyTurns, historyPolicy } = threads;
  return { historyTurns, historyPolicy };
}

export function answerOptions({ answer, retrieval, threads }: Config): AnswerOptions {
  return {
    ...defaultAnswerOptions,
    maxQuestionCharacters: answer.maxQuestionCharacters,
    passageTokenLimit: retrieval.contextTokens,
    footnotes: answer.footnotes,
    followUps: threads.followUps,
    followUpTimeoutMs: threads.followUpTimeoutSeconds * 1000,
    batch: {
      size: answer.batchSize,
      concurrency: answer.batchConcurrency,
      pauseMs: answer.batchPauseSeconds * 1000,
      maxConcurrency: answer.batchMaxConcurrency,
    },
    ...(retrieval.minScore > 0 && { minScore: retrieval.minScore }),
  };
}

export function recallOptions({ answer, cache }: Config): RecallOptions {
  return {
    ...defaultRecallOptions,
    perUser: answer.cachePerUser,
    replayTokensPerSecond: answer.cacheReplayTokensPerSecond,
    keepMs: cache.answerHours * 3_600_000,
    ...(isSemantic(cache) && { semantic: semanticOptions(cache) }),
  };
}

function isSemantic({ semanticCollections, semanticModels }: Config['cache']): boolean {
  return semanticCollections.length + semanticModels.length > 0;
}

function semanticOptions(cache: Config['cache']): SemanticOptions {
  const { reuse, shadow } = defaultSemanticOptions;
  const count = cache.semanticLeadingPassages;
  return {
    collections: cache.semanticCollections,
    models: cache.semanticModels,
    reuse: {
      ...reuse,
      minSimilarity: cache.semanticMinSimilarity,
      minLikeness: { korean: cache.semanticMinLikenessKorean, other: cache.semanticMinLikeness },
      ...(count !== undefined && { evidence: { kind: 'leading', count } }),
    },
    memoryLimitBytes: cache.semanticMemoryMb * MEGABYTE,
    shadow: { ...shadow, sampleRate: cache.semanticShadowShare },
  };
}

/** `auto`: readable lines for a person at a terminal, JSON for a collector. */
export function logOptions({ log }: Config, isTerminal: boolean): LogOptions {
  const format =
    log.format === 'auto' ? (isTerminal ? 'line' : 'json') : log.format === 'pretty' ? 'line' : 'json';
  return { level: log.level, format, isTerminal };
}

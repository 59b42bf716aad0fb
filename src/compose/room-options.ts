/** The configuration, cut into what each room needs to know. */
import { type AnswerOptions, defaultAnswerOptions } from '../answer/options.js';
import { type Config, type ConfiguredModel, configuredModels, VENDOR_DEFAULTS } from '../config/index.js';
import type { HttpOptions } from '../http/index.js';
import type { IngestSettings } from '../ingest/options.js';
import { defaultLlmOptions, type LlmOptions, type ModelOptions } from '../llm/options.js';
import type { LogOptions } from '../observe/index.js';
import type { EmbedderOptions, RetrievalOptions } from '../retrieval/options.js';

const MB = 1024 * 1024;

/** Name of a model whose real one only its server knows. */
export const UNNAMED_MODEL = 'auto';

export function httpOptions({ server }: Config): HttpOptions {
  const { shutdownTimeoutSeconds, apiKeys: _apiKeys, allowUnauthenticated: _open, ...options } = server;
  return { ...options, shutdownTimeoutMs: shutdownTimeoutSeconds * 1000 };
}

export function retrievalOptions({ data, embedder, retrieval }: Config): RetrievalOptions {
  return {
    dataDir: data.dir,
    embedder: embedderOptions(embedder),
    fusion: retrieval.fusion,
    vectorWeight: embedder.fusionWeight,
    resultCacheBytes: retrieval.cacheLimitMb * MB,
    resultCacheSeconds: retrieval.cacheSeconds,
  };
}

function embedderOptions(embedder: Config['embedder']): EmbedderOptions {
  const { provider, model, baseUrl, apiKey, dimensions, batchSize, modelDir, timeoutSeconds } = embedder;
  switch (provider) {
    case 'builtin':
      return { kind: 'builtin' };
    case 'onnx':
      return { kind: 'onnx', path: modelDir ?? '', batchSize };
    case 'openai':
      return {
        kind: 'openai',
        baseUrl: baseUrl ?? VENDOR_DEFAULTS.openai.baseUrl,
        model: model ?? VENDOR_DEFAULTS.openai.embedding,
        apiKey,
        dimensions,
        batchSize,
        timeoutMs: timeoutSeconds * 1000,
      };
  }
}

export function ingestSettings({ ingest }: Config): Partial<IngestSettings> {
  const { maxFileBytes, chunkTokens, chunkOverlapTokens, memoryLimitMb } = ingest;
  return { maxFileBytes, chunkTokens, chunkOverlapTokens, memoryLimitMb };
}

export function llmOptions(config: Config): LlmOptions {
  const { llm } = config;
  const models = configuredModels(config);
  return {
    ...defaultLlmOptions,
    models: models.filter((model) => model.provider !== 'extractive').map(modelOptions),
    defaultModel: models[0]?.name ?? UNNAMED_MODEL,
    connectTimeoutMs: llm.connectTimeoutSeconds * 1000,
    firstTokenTimeoutMs: llm.firstTokenTimeoutSeconds * 1000,
    stallTimeoutMs: llm.stallTimeoutSeconds * 1000,
    totalTimeoutMs: llm.totalTimeoutSeconds * 1000,
  };
}

function modelOptions(model: Exclude<ConfiguredModel, { provider: 'extractive' }>): ModelOptions {
  return { ...model, name: model.name ?? UNNAMED_MODEL, useFirstModel: model.name === undefined };
}

export function answerOptions({ answer, retrieval }: Config): AnswerOptions {
  return {
    ...defaultAnswerOptions,
    maxQuestionCharacters: answer.maxQuestionCharacters,
    passageTokenLimit: retrieval.contextTokens,
    footnotes: answer.footnotes,
    ...(retrieval.minScore > 0 && { minScore: retrieval.minScore }),
  };
}

/** `auto`: readable lines for a person at a terminal, JSON for a collector. */
export function logOptions({ log }: Config, isTerminal: boolean): LogOptions {
  const format =
    log.format === 'auto' ? (isTerminal ? 'line' : 'json') : log.format === 'pretty' ? 'line' : 'json';
  return { level: log.level, format };
}

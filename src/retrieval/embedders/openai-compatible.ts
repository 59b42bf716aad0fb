import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { contentHash, mapBounded, NaraeError, throwIfAborted } from '../../core/index.js';
import type { OpenAiEmbedderOptions } from '../options.js';
import type { Embedder } from '../spec.js';
import { parseEmbeddings } from './openai-response.js';

/** First pause before another attempt; doubles each time, half of it at random. */
const RETRY_BASE_MS = 250;

/** A longer `retry-after` is not waited for. */
const RETRY_LIMIT_MS = 20_000;

/** Bytes of a response; 2,048 vectors of 4,096 components as JSON are about 160 MB, but batches are small. */
const MAX_RESPONSE_BYTES = 64_000_000;

/** Said of what was sent, such as a text that is too long; others may be taken. */
const REFUSED_INPUT = [400, 413, 422];

/** Models that need not be asked, so that a start does not depend on their server. */
const KNOWN_DIMENSIONS: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 1_536,
  'text-embedding-3-large': 3_072,
  'text-embedding-ada-002': 1_536,
};

/** OpenAI takes no empty input. */
const EMPTY_TEXT = ' ';

/** Embeddings from any server with OpenAI's `POST /embeddings`. Vectors are normalised here, whatever the server does. */
export class OpenAiCompatibleEmbedder implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly fusionWeight: number;
  readonly batchSize: number;
  readonly #options: OpenAiEmbedderOptions;
  readonly #agent: Agent;
  readonly #url: string;

  private constructor(options: OpenAiEmbedderOptions, agent: Agent, dimensions: number) {
    this.#options = options;
    this.#agent = agent;
    this.#url = `${options.baseUrl.replace(/\/+$/, '')}/embeddings`;
    this.dimensions = dimensions;
    this.id = embedderId(options, dimensions);
    this.fusionWeight = options.fusionWeight ?? 0.5;
    this.batchSize = options.batchSize ?? 64;
  }

  /**
   * Asks the server for its dimensions unless they are given. Rejects with `embedder_unavailable`,
   * `embedder_mismatch` or an abort.
   */
  static async create(
    options: OpenAiEmbedderOptions,
    signal?: AbortSignal,
  ): Promise<OpenAiCompatibleEmbedder> {
    const timeoutMs = options.timeoutMs ?? 30_000;
    const agent = new Agent({
      connections: options.concurrency ?? 4,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connectTimeout: Math.min(timeoutMs, 10_000),
      maxResponseSize: MAX_RESPONSE_BYTES,
    });
    const known = options.dimensions ?? KNOWN_DIMENSIONS[options.model];
    if (known !== undefined) return new OpenAiCompatibleEmbedder(options, agent, known);
    try {
      const probe = new OpenAiCompatibleEmbedder(options, agent, 0);
      const [vector] = await probe.#send(['dimensions'], signal);
      return new OpenAiCompatibleEmbedder(options, agent, vector?.length ?? 0);
    } catch (error) {
      await agent.destroy();
      throw error;
    }
  }

  async embed(
    texts: readonly string[],
    purpose: 'query' | 'document',
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    const { queryPrefix = '', documentPrefix = '', concurrency = 4 } = this.#options;
    const prefix = purpose === 'query' ? queryPrefix : documentPrefix;
    const inputs = texts.map((text) => prefix + text || EMPTY_TEXT);
    const batches = Array.from({ length: Math.ceil(inputs.length / this.batchSize) }, (_, at) =>
      inputs.slice(at * this.batchSize, (at + 1) * this.batchSize),
    );
    const vectors = await mapBounded(batches, concurrency, (batch) => this.#send(batch, signal), signal);
    return vectors.flat();
  }

  /** Ends open connections. Idempotent. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #send(inputs: readonly string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    const retries = this.#options.maxRetries ?? 3;
    for (let attempt = 0; ; attempt++) {
      throwIfAborted(signal);
      const outcome = await this.#attempt(inputs, signal);
      if (outcome.kind === 'vectors') return outcome.vectors;
      throwIfAborted(signal);
      if (!outcome.retryable || attempt >= retries || (outcome.afterMs ?? 0) > RETRY_LIMIT_MS)
        throw outcome.error;
      await sleep(outcome.afterMs ?? backoffMs(attempt), undefined, signal && { signal });
    }
  }

  async #attempt(inputs: readonly string[], signal: AbortSignal | undefined): Promise<Attempt> {
    try {
      const { statusCode, headers, body } = await request(this.#url, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: this.#headers(),
        body: JSON.stringify(this.#body(inputs)),
        signal: signal ?? null,
      });
      const text = await body.text();
      if (statusCode === 200)
        return { kind: 'vectors', vectors: parseEmbeddings(text, this.#expected(inputs)) };
      const reason = `status ${statusCode}: ${text.replace(/\s+/g, ' ').slice(0, 200)}`;
      const afterMs = retryAfterMs(headers['retry-after']);
      return {
        kind: 'failed',
        retryable: statusCode === 429 || statusCode >= 500,
        ...(afterMs !== undefined && { afterMs }),
        error: this.#refused(this.#redact(reason), statusCode),
      };
    } catch (thrown) {
      if (thrown instanceof NaraeError) throw thrown;
      const reason = (thrown as { code?: string }).code ?? (thrown as Error).message;
      return { kind: 'failed', retryable: true, error: this.#unavailable(reason, thrown) };
    }
  }

  #headers(): Record<string, string> {
    const { apiKey } = this.#options;
    return {
      'content-type': 'application/json',
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    };
  }

  #body(inputs: readonly string[]): object {
    const { model, dimensions } = this.#options;
    return {
      model,
      input: inputs,
      encoding_format: 'float',
      ...(dimensions !== undefined && { dimensions }),
    };
  }

  #expected(inputs: readonly string[]) {
    return { embedder: this.id, count: inputs.length, dimensions: this.dimensions };
  }

  #redact(text: string): string {
    const { apiKey } = this.#options;
    return apiKey ? text.replaceAll(apiKey, '***') : text;
  }

  #refused(reason: string, statusCode: number): NaraeError {
    return new NaraeError('embedder_unavailable', {
      values: { embedder: this.id, reason },
      ...(REFUSED_INPUT.includes(statusCode) && { status: statusCode }),
    });
  }

  #unavailable(reason: string, cause?: unknown): NaraeError {
    return new NaraeError('embedder_unavailable', { values: { embedder: this.id, reason }, cause });
  }
}

type Attempt =
  | { readonly kind: 'vectors'; readonly vectors: Float32Array[] }
  | {
      readonly kind: 'failed';
      readonly retryable: boolean;
      readonly afterMs?: number;
      readonly error: NaraeError;
    };

/** Prefixes change the vectors, so they are part of the id. */
function embedderId(options: OpenAiEmbedderOptions, dimensions: number): string {
  const { model, queryPrefix = '', documentPrefix = '' } = options;
  const prefixes =
    queryPrefix + documentPrefix === ''
      ? ''
      : `+${contentHash(`${queryPrefix}\n${documentPrefix}`).slice(0, 8)}`;
  return `${model}@${dimensions}${prefixes}`;
}

function backoffMs(attempt: number): number {
  const full = RETRY_BASE_MS * 2 ** attempt;
  return full / 2 + Math.random() * (full / 2);
}

function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const seconds = Number(header);
  return typeof header === 'string' && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}

import type { CancelSignal } from '../../core/index.js';
import type { LlmTimeouts } from '../options.js';
import type { LlmContext, LlmPart, LlmProvider, LlmRequest } from '../spec.js';
import type { DeadlineWheel } from '../upstream/deadline-wheel.js';
import type { EventDecoder } from '../upstream/decoder.js';
import { Endpoint } from '../upstream/endpoint.js';
import type { UpstreamIdentity } from '../upstream/failures.js';
import { listUpstreamModels } from '../upstream/list-models.js';
import { PartStream } from '../upstream/part-stream.js';

/** What differs from vendor to vendor. */
export interface Dialect {
  readonly name: string;
  readonly chatPath: string;
  readonly modelsPath: string;
  headers(apiKey: string | undefined): Readonly<Record<string, string>>;
  body(request: LlmRequest, host: string): Readonly<Record<string, unknown>>;
  decoder(upstream: UpstreamIdentity, request: LlmRequest): EventDecoder;
}

export interface UpstreamSettings {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeouts: LlmTimeouts & { readonly connectTimeoutMs: number };
  readonly maxConnections: number;
  readonly keepAliveMs: number;
  readonly wheel: DeadlineWheel;
}

/** A model server that is spoken to over HTTP in some vendor's dialect. `close` cuts off what is under way. */
export class UpstreamProvider implements LlmProvider {
  readonly name: string;
  readonly #dialect: Dialect;
  readonly #settings: UpstreamSettings;
  readonly #endpoint: Endpoint;

  constructor(dialect: Dialect, settings: UpstreamSettings) {
    this.name = dialect.name;
    this.#dialect = dialect;
    this.#settings = settings;
    this.#endpoint = new Endpoint({
      baseUrl: settings.baseUrl,
      headers: { ...dialect.headers(settings.apiKey), ...settings.headers },
      connectTimeoutMs: settings.timeouts.connectTimeoutMs,
      maxConnections: settings.maxConnections,
      keepAliveMs: settings.keepAliveMs,
    });
  }

  stream(request: LlmRequest, context: LlmContext): AsyncIterable<readonly LlmPart[]> {
    const { apiKey, timeouts, wheel } = this.#settings;
    return new PartStream(
      {
        endpoint: this.#endpoint,
        path: this.#dialect.chatPath,
        body: this.#dialect.body(request, this.#endpoint.host),
        decoder: this.#dialect.decoder({ host: this.#endpoint.host, apiKey }, request),
        request,
        calledAs: context.calledAs ?? { model: request.model },
        timeouts,
        wheel,
        apiKey,
      },
      context.signal,
    );
  }

  listModels(signal: CancelSignal): Promise<readonly string[]> {
    const { apiKey, timeouts } = this.#settings;
    const settings = { apiKey, connectTimeoutMs: timeouts.connectTimeoutMs };
    return listUpstreamModels(this.#endpoint, this.#dialect.modelsPath, settings, signal);
  }

  close(): Promise<void> {
    return this.#endpoint.close();
  }
}

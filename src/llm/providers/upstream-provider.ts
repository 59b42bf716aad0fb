import type { CancelSignal } from '../../core/index.js';
import type { LlmTimeouts } from '../options.js';
import type { LlmContext, LlmPart, LlmProvider, LlmRequest } from '../spec.js';
import type { DeadlineWheel } from '../upstream/deadline-wheel.js';
import type { EventDecoder } from '../upstream/decoder.js';
import { Endpoint } from '../upstream/endpoint.js';
import type { UpstreamIdentity } from '../upstream/failures.js';
import { listUpstreamModels } from '../upstream/list-models.js';
import { PartStream } from '../upstream/part-stream.js';

type Body = Readonly<Record<string, unknown>>;

/** What differs from vendor to vendor. */
export interface Dialect {
  readonly name: string;
  readonly chatPath: string;
  readonly modelsPath: string;
  headers(apiKey: string | undefined): Readonly<Record<string, string>>;
  body(request: LlmRequest, host: string): Body;
  /**
   * The body without what this error complains of and we had put there on our own; undefined where there is nothing
   * of the kind. Once such a body was sent to a server, all others are made leaner too.
   */
  leaner?(body: Body, error: unknown): Body | undefined;
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
  /** With what the server refused a body that it takes without our additions. */
  #complaint: unknown;
  readonly #leaner = (body: Body, error: unknown): Body | undefined => {
    const lean = this.#dialect.leaner?.(body, error);
    if (lean !== undefined) this.#complaint = error;
    return lean;
  };

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
        body: this.#body(request),
        leaner: this.#leaner,
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

  #body(request: LlmRequest): Body {
    const body = this.#dialect.body(request, this.#endpoint.host);
    return this.#complaint === undefined ? body : (this.#dialect.leaner?.(body, this.#complaint) ?? body);
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

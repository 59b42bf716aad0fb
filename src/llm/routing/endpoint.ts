import { type ErrorCode, NaraeError } from '../../core/index.js';
import {
  type BreakerOptions,
  type BreakerState,
  type Candidate,
  CircuitBreaker,
  type Limiter,
  MovingAverage,
  type Timers,
} from '../../resilience/index.js';
import type { CalledAs, LlmProvider } from '../spec.js';
import { judge } from './judgement.js';

/** First-token times lose half of their weight in this time: long enough to be calm, short enough to follow load. */
const LATENCY_HALF_LIFE_MS = 10_000;

export interface EndpointSettings {
  /** The model's name, as it is configured. */
  readonly model: string;
  readonly name: string;
  readonly provider: LlmProvider;
  /** The model's name on this endpoint. */
  readonly upstreamModel: string;
  readonly weight: number;
  /** Shared by all endpoints on the same server. */
  readonly limiter: Limiter;
  readonly breaker: BreakerOptions;
  readonly timers: Timers;
  /** `cause` is the failure that opened the breaker. */
  onStateChange(from: BreakerState['kind'], to: BreakerState['kind'], cause: ErrorCode | undefined): void;
}

/** What is known about an endpoint from the calls that were made; nothing is asked of it. */
export interface EndpointHealth {
  readonly name: string;
  readonly state: BreakerState['kind'];
  /** Milliseconds until an open breaker lets a probe through. */
  readonly opensInMs?: number;
  /** Milliseconds for which the server asked to be left alone; others are preferred meanwhile. */
  readonly restsForMs?: number;
  readonly inFlight: number;
  /** Calls that wait for a place on the server. */
  readonly waiting: number;
  /** The most that may be under way; moves when it is adaptive. */
  readonly limit: number;
  /** Moving average. */
  readonly firstTokenMs?: number;
  readonly calls: number;
  readonly failures: number;
  /** `atMs`: since the epoch. */
  readonly lastFailure?: { readonly code: ErrorCode; readonly atMs: number };
}

/** One model on one server, with what was learned from its calls. */
export class RoutedEndpoint implements Candidate {
  readonly name: string;
  readonly provider: LlmProvider;
  readonly upstreamModel: string;
  /** For errors, so that they can be found beside the endpoint's health. */
  readonly calledAs: CalledAs;
  readonly weight: number;
  readonly limiter: Limiter;
  readonly breaker: CircuitBreaker;
  readonly #timers: Timers;
  readonly #firstTokenMs: MovingAverage;
  #inFlight = 0;
  #calls = 0;
  #failures = 0;
  #restsUntilMs = 0;
  #lastFailure: { code: ErrorCode; atMs: number } | undefined;

  constructor(settings: EndpointSettings) {
    this.name = settings.name;
    this.provider = settings.provider;
    this.upstreamModel = settings.upstreamModel;
    this.calledAs = { model: settings.model, endpoint: settings.name };
    this.weight = settings.weight;
    this.limiter = settings.limiter;
    this.#timers = settings.timers;
    this.#firstTokenMs = new MovingAverage(LATENCY_HALF_LIFE_MS, settings.timers);
    this.breaker = new CircuitBreaker(settings.breaker, {
      clock: settings.timers,
      onChange: (from, to) => settings.onStateChange(from, to, this.#lastFailure?.code),
    });
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get latencyMs(): number | undefined {
    return this.#firstTokenMs.faded;
  }

  /** Milliseconds for which the server asked to be left alone; 0 when it did not. */
  get restsForMs(): number {
    return Math.max(0, this.#restsUntilMs - this.#timers.monotonicMs());
  }

  started(): void {
    this.#inFlight++;
    this.#calls++;
  }

  ended(): void {
    this.#inFlight--;
  }

  gaveFirstToken(afterMs: number): void {
    this.#firstTokenMs.add(afterMs);
    this.limiter.observe({ latencyMs: afterMs, dropped: false });
  }

  /** Nobody waits any longer: it takes at least this long. A shorter wait than usual teaches nothing. */
  keptWaiting(forMs: number): void {
    if (forMs > (this.#firstTokenMs.faded ?? 0)) this.#firstTokenMs.add(forMs);
  }

  failed(error: NaraeError): void {
    this.#failures++;
    this.#lastFailure = { code: error.code, atMs: this.#timers.now() };
    if (error.retryAfterSeconds !== undefined)
      this.#restsUntilMs = this.#timers.monotonicMs() + error.retryAfterSeconds * 1000;
    if (judge(error).isOverload) this.limiter.observe({ latencyMs: 0, dropped: true });
  }

  health(): EndpointHealth {
    const { name, limiter, breaker, restsForMs } = this;
    const firstTokenMs = this.#firstTokenMs.value;
    return {
      name,
      state: breaker.state.kind,
      ...(breaker.state.kind === 'open' && { opensInMs: breaker.waitMs }),
      ...(restsForMs > 0 && { restsForMs }),
      inFlight: this.#inFlight,
      waiting: limiter.waiting,
      limit: limiter.limit,
      ...(firstTokenMs !== undefined && { firstTokenMs }),
      calls: this.#calls,
      failures: this.#failures,
      ...(this.#lastFailure !== undefined && { lastFailure: this.#lastFailure }),
    };
  }
}

/** The failure of a model none of whose endpoints may be called now. */
export function unavailable(model: string, endpoints: readonly RoutedEndpoint[]): NaraeError {
  const waitMs = Math.min(...endpoints.map(({ breaker }) => breaker.waitMs));
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  const reason = endpoints.map((endpoint) => endpoint.health().lastFailure?.code).find(Boolean) ?? 'unknown';
  return new NaraeError('llm_unavailable', {
    values: { model, reason, retryAfterSeconds },
    retryAfterSeconds,
  });
}

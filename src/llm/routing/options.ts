import {
  type BreakerOptions,
  defaultBackoffOptions,
  defaultBreakerOptions,
  type QueueOptions,
  type RetryOptions,
} from '../../resilience/index.js';
import type { LlmOptions, ModelOptions, UpstreamOptions } from '../options.js';

/**
 * How the next call's endpoint is chosen: in proportion to weights, in turn, the fewest calls under way, or the
 * better of two drawn by chance, judged by first-token time and calls under way (`latency`).
 */
export type PolicyName = 'weighted' | 'round-robin' | 'least-in-flight' | 'latency';

/** One of a model's endpoints. What is left out is the model's, its key included, unless the provider is another. */
export interface EndpointOptions extends Partial<UpstreamOptions> {
  /** For logs and metrics. Default: host and port, with a number when two are alike. */
  readonly name?: string;
  readonly upstreamModel?: string;
  /** Share of the calls, relative to the others; above 0. Default 1. */
  readonly weight?: number;
}

export interface RoutedModelOptions extends ModelOptions {
  /** Default: one, the model's own address. */
  readonly endpoints?: readonly EndpointOptions[];
  /** Default: `RoutingOptions.policy`. */
  readonly policy?: PolicyName;
  /** Models to ask, in this order, when this one fails before its first content. Default: `RoutingOptions.fallback`. */
  readonly fallback?: readonly string[];
  /** Default: `RoutingOptions.earlyStop`. */
  readonly earlyStop?: EarlyStopOptions;
}

export interface LimitOptions {
  /** Generations under way in all. Default 10,000. */
  readonly maxInFlight: number;
  /** Calls under way to one server. Default 10,000. */
  readonly maxInFlightPerEndpoint: number;
  /** Who may wait for a place: in all, and for each server. Default 1,000 for at most 10,000 ms. */
  readonly queue: QueueOptions;
  /** Whether a server's limit follows its first-token time, between 1 and `maxInFlightPerEndpoint`. Default false. */
  readonly adaptive: boolean;
}

export interface HedgeOptions {
  /** Default false. */
  readonly enabled: boolean;
  /** Second calls as a share of all calls, 0–1. Default 0.02. */
  readonly ratio: number;
}

/** When an answer is ended before the model ends it. Without any rule it never is. */
export interface EarlyStopOptions {
  /** Most characters (UTF-16 code units) of text; ends with reason `length`. */
  readonly maxCharacters?: number;
  /** Most tokens of text, as `estimateTokens` counts them; ends with reason `length`. */
  readonly maxTokens?: number;
  /** From this many characters on, the end of a sentence ends the answer, with reason `stop`. */
  readonly sentenceEndAfterCharacters?: number;
  /** Texts before which the answer ends, with reason `stop`; none of them is sent. */
  readonly stopTexts?: readonly string[];
}

/** Answers kept to stand in, marked as stale, when a model and its fallbacks fail before any content. */
export interface LastResortOptions {
  /** Memory for them; 0 keeps none. Default 0. */
  readonly limitBytes: number;
  /** How long one is kept. Default 24 hours. */
  readonly keepMs: number;
}

export interface RoutingOptions {
  /** Default `latency`. */
  readonly policy: PolicyName;
  readonly retry: RetryOptions;
  /** Retries on the same endpoint, as a share of all calls (0–1). Default 0.1. */
  readonly retryBudgetRatio: number;
  /** Retries a second that are allowed besides. Default 1. */
  readonly retryBudgetPerSecond: number;
  readonly breaker: BreakerOptions;
  readonly limits: LimitOptions;
  readonly hedge: HedgeOptions;
  /** For models that do not say their own. Default none. */
  readonly fallback: readonly string[];
  /** For models that do not say their own. Default no rule. */
  readonly earlyStop: EarlyStopOptions;
  readonly lastResort: LastResortOptions;
}

export interface RoutedLlmOptions extends LlmOptions {
  readonly models: readonly RoutedModelOptions[];
  readonly routing: RoutingOptions;
}

export const defaultRoutingOptions: RoutingOptions = Object.freeze({
  policy: 'latency',
  retry: { maxAttempts: 3, backoff: defaultBackoffOptions, retryAfterMaxMs: 10_000 },
  retryBudgetRatio: 0.1,
  retryBudgetPerSecond: 1,
  breaker: defaultBreakerOptions,
  limits: {
    maxInFlight: 10_000,
    maxInFlightPerEndpoint: 10_000,
    queue: { maxWaiting: 1_000, maxWaitMs: 10_000 },
    adaptive: false,
  },
  hedge: { enabled: false, ratio: 0.02 },
  fallback: [],
  earlyStop: {},
  lastResort: { limitBytes: 0, keepMs: 24 * 3_600_000 },
});

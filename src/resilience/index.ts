export { type BackoffOptions, backoffMs, defaultBackoffOptions } from './backoff.js';
export { type BudgetOptions, CallBudget } from './call-budget.js';
export {
  type BreakerOptions,
  type BreakerPass,
  type BreakerState,
  CircuitBreaker,
  defaultBreakerOptions,
} from './circuit-breaker.js';
export { AdaptiveLimit, type ConcurrencyLimit, fixedLimit } from './concurrency-limit.js';
export { type HedgeLane, hedge } from './hedge.js';
export { LimitExceeded, Limiter, type LimiterPermit, type QueueOptions } from './limiter.js';
export { MovingAverage } from './moving-average.js';
export { QuantileWindow } from './quantile-window.js';
export { type RetryOptions, type RetryVerdict, retry } from './retry.js';
export {
  type Candidate,
  LatencyAware,
  LeastInFlight,
  RoundRobin,
  type SelectionPolicy,
  Weighted,
} from './selection/index.js';
export { sleep, systemTimers, type Timers } from './timers.js';

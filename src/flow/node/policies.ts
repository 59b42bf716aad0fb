import { deriveSignal, NaraeError, untilAborted } from '../../core/index.js';
import { type BudgetOptions, CallBudget, type RetryVerdict, retry } from '../../resilience/index.js';
import type { AnyState, NodeShape, NodeUpdate } from '../graph/shape.js';
import type { MaybePromise, NodeCache, NodeCachePolicy, NodeRetry } from '../spec.js';
import { Interruption, type TaskContext } from './context.js';

/** A node with its policies around it. */
export type NodeCall = (state: AnyState, context: TaskContext) => MaybePromise<NodeUpdate>;

/** Retries of a node over all runs: plenty for faults, too few for a storm. */
const RETRY_BUDGET: BudgetOptions = { ratio: 0.5, floorPerSecond: 10, burst: 100 };

/** From the outside in: cache, retry, timeout. A node without policies is called as it is. */
export function policed({ name, run, options }: NodeShape, graph: string, cache?: NodeCache): NodeCall {
  const { retry: again, timeoutMs, cache: policy } = options;
  let call: NodeCall = run;
  if (timeoutMs !== undefined) call = withTimeout(call, name, timeoutMs);
  if (again !== undefined) call = withRetry(call, again);
  if (policy !== undefined && cache !== undefined) call = withCache(call, { graph, name, policy, cache });
  return call;
}

export function isPromise<Value>(value: MaybePromise<Value>): value is Promise<Value> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function withTimeout(call: NodeCall, name: string, timeoutMs: number): NodeCall {
  const onDeadline = (): NaraeError =>
    new NaraeError('deadline_exceeded', { values: { what: `Node "${name}"`, seconds: timeoutMs / 1000 } });
  return (state, context) => {
    const derived = deriveSignal(context.signal, { deadlineMs: timeoutMs, onDeadline });
    try {
      const update = call(state, context.with({ signal: derived.signal }));
      if (isPromise(update)) return untilAborted(update, derived.signal).finally(derived.dispose);
      derived.dispose();
      return update;
    } catch (error) {
      derived.dispose();
      throw error;
    }
  };
}

function withRetry(call: NodeCall, options: NodeRetry): NodeCall {
  const { maxAttempts, minDelayMs: minMs = 250, maxDelayMs: maxMs = 5_000 } = options;
  const budget = new CallBudget(RETRY_BUDGET);
  const settings = {
    options: { maxAttempts, backoff: { minMs, maxMs }, retryAfterMaxMs: 10_000 },
    budget,
    judge: (error: unknown) => verdictOn(error, options),
  };
  return (state, context) => {
    budget.deposit();
    const { host, node, step, signal } = context;
    return retry(async (attempt) => call(state, attempt === 1 ? context : context.with({ attempt })), {
      ...settings,
      signal,
      onRetry: ({ attempt, delayMs }) =>
        host.report({ type: 'node-retried', graph: host.graph, node, step, attempt, delayMs }),
    });
  };
}

function verdictOn(error: unknown, { retryIf }: NodeRetry): RetryVerdict {
  const known = error instanceof NaraeError ? error : undefined;
  if (error instanceof Interruption || known?.code === 'aborted') return { kind: 'give-up' };
  const isWorthIt = retryIf === undefined ? (known?.retryable ?? true) : retryIf(error);
  return isWorthIt ? { kind: 'again', floorMs: (known?.retryAfterSeconds ?? 0) * 1000 } : { kind: 'give-up' };
}

interface Cached {
  readonly graph: string;
  readonly name: string;
  readonly policy: NodeCachePolicy<AnyState>;
  readonly cache: NodeCache;
}

function withCache(call: NodeCall, { graph, name: node, policy, cache }: Cached): NodeCall {
  const uninterruptible = 'its update is shared with other runs by a cache';
  return (state, context) => {
    const key = policy.key(state);
    if (key === undefined) return call(state, context);
    const address = { graph, node, key };
    const compute = async (signal: AbortSignal): Promise<object> =>
      (await call(state, context.with({ signal, uninterruptible }))) ?? {};
    const { signal } = context;
    return (
      cache.peek(address) ??
      cache.getOrCompute(address, compute, {
        signal,
        ...(policy.ttlMs !== undefined && { ttlMs: policy.ttlMs }),
      })
    );
  };
}

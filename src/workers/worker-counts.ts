import type { MetricSnapshot } from '../observe/index.js';
import type { WorkerExit } from './worker-process.js';

/** What only the primary can count: a worker that died says nothing any more. */
export const WORKER_METRICS = [
  {
    name: 'narae_worker_exits_total',
    type: 'counter',
    labels: ['worker', 'cause'],
    help: 'Worker processes that ended without being told to, or badly, by signal or exit code.',
  },
  {
    name: 'narae_worker_restarts_total',
    type: 'counter',
    labels: ['reason'],
    help: 'Worker processes that were started in the place of another, after its crash or for a reload.',
  },
  {
    name: 'narae_workers_serving',
    type: 'gauge',
    labels: [],
    help: 'Worker processes that take requests now.',
  },
  {
    name: 'narae_workers_configured',
    type: 'gauge',
    labels: [],
    help: 'Worker processes that there should be.',
  },
] as const;

type MetricName = (typeof WORKER_METRICS)[number]['name'];
type RestartReason = 'crash' | 'reload';

interface LabelledValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface WorkerStaff {
  readonly serving: number;
  readonly configured: number;
}

/** Ends and restarts of workers, as metrics that go with those of the workers. */
export class WorkerCounts {
  readonly #exits = new Map<string, LabelledValue>();
  /** From 0, so that the first crash is a rise too. */
  readonly #restarts: Record<RestartReason, number> = { crash: 0, reload: 0 };

  /** There are few labels: workers are numbered, and exit codes and signals are the system's. */
  exited(worker: number, { code, signal }: WorkerExit): void {
    const labels = { worker: String(worker), cause: signal ?? `exit ${code}` };
    const key = `${labels.worker} ${labels.cause}`;
    this.#exits.set(key, { labels, value: (this.#exits.get(key)?.value ?? 0) + 1 });
  }

  restarted(reason: RestartReason): void {
    this.#restarts[reason]++;
  }

  snapshot({ serving, configured }: WorkerStaff): MetricSnapshot {
    const restarts = Object.entries(this.#restarts).map(([reason, value]) => ({ labels: { reason }, value }));
    const values: Record<MetricName, readonly LabelledValue[]> = {
      narae_worker_exits_total: [...this.#exits.values()],
      narae_worker_restarts_total: restarts,
      narae_workers_serving: [{ labels: {}, value: serving }],
      narae_workers_configured: [{ labels: {}, value: configured }],
    };
    // In the form in which metrics travel between processes.
    return WORKER_METRICS.map(({ name, type, help }) => ({
      ...{ name, type, help, aggregator: 'sum' },
      values: values[name],
    }));
  }
}

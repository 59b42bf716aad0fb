import { deriveSignal } from '../core/index.js';
import type { MetricSnapshot } from '../observe/index.js';

/** A process that counts, and can add up what others have counted. */
export interface MetricSource {
  metrics(signal: AbortSignal): Promise<MetricSnapshot>;
  mergeMetrics(snapshots: readonly MetricSnapshot[], signal: AbortSignal): Promise<MetricSnapshot>;
}

/** Snapshots of ended workers that are kept apart at most, while nobody is there to merge them. */
const MAX_LASTING = 64;

/**
 * The metrics of all workers. What an ended worker counted goes on being counted, or rates would jump with every
 * restart: its last word, or for one that died, what it said last.
 */
export class MetricsPool {
  readonly #limitMs: number;
  readonly #latest = new WeakMap<MetricSource, MetricSnapshot>();
  #lasting: readonly MetricSnapshot[] = [];

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Whoever does not answer in time counts with what it said last. */
  async collect(workers: readonly MetricSource[]): Promise<readonly MetricSnapshot[]> {
    using derived = deriveSignal(undefined, { deadlineMs: this.#limitMs });
    const snapshots = await Promise.all(workers.map((worker) => this.#ask(worker, derived.signal)));
    return [...snapshots.filter((snapshot) => snapshot !== undefined), ...this.#lasting];
  }

  /** The last word of a worker that ends. */
  heard(worker: MetricSource, snapshot: MetricSnapshot): void {
    this.#latest.set(worker, snapshot);
  }

  /** A worker has ended; `others` may merge what it leaves behind. */
  async retire(worker: MetricSource, others: readonly MetricSource[]): Promise<void> {
    const left = lastingPart(this.#latest.get(worker) ?? []);
    if (left.length === 0) return;
    this.#lasting = [...this.#lasting, left].slice(-MAX_LASTING);
    const [helper] = others;
    if (this.#lasting.length === 1 || helper === undefined) return;
    using derived = deriveSignal(undefined, { deadlineMs: this.#limitMs });
    const parts = this.#lasting;
    const merged = await helper.mergeMetrics(parts, derived.signal).catch(() => undefined);
    if (merged !== undefined)
      this.#lasting = [merged, ...this.#lasting.filter((part) => !parts.includes(part))];
  }

  async #ask(worker: MetricSource, signal: AbortSignal): Promise<MetricSnapshot | undefined> {
    try {
      const snapshot = await worker.metrics(signal);
      this.#latest.set(worker, snapshot);
      return snapshot;
    } catch {
      return this.#latest.get(worker);
    }
  }
}

/** What stays true of a process that has ended: what it counted, not what it held. */
function lastingPart(snapshot: MetricSnapshot): MetricSnapshot {
  return snapshot.filter(({ type }) => type === 'counter' || type === 'histogram');
}

import type { Clock } from '../core/index.js';

const BUCKETS = 10;

interface Bucket {
  slot: number;
  successes: number;
  failures: number;
}

/**
 * Successes and failures of the last `windowMs`, in ten buckets: constant memory whatever the rate. What is older
 * than the window is forgotten a bucket at a time, so that the window is between 0.9 and 1.0 of its length.
 */
export class RollingCounts {
  readonly #clock: Clock;
  readonly #bucketMs: number;
  #buckets: Bucket[] = [];

  constructor(windowMs: number, clock: Clock) {
    this.#clock = clock;
    this.#bucketMs = windowMs / BUCKETS;
  }

  add(outcome: 'success' | 'failure'): void {
    const bucket = this.#current();
    if (outcome === 'success') bucket.successes++;
    else bucket.failures++;
  }

  get successes(): number {
    return this.#sum('successes');
  }

  get failures(): number {
    return this.#sum('failures');
  }

  clear(): void {
    this.#buckets = [];
  }

  #sum(field: 'successes' | 'failures'): number {
    this.#forget(this.#slot());
    return this.#buckets.reduce((sum, bucket) => sum + bucket[field], 0);
  }

  #current(): Bucket {
    const slot = this.#slot();
    const last = this.#buckets.at(-1);
    if (last?.slot === slot) return last;
    this.#forget(slot);
    const bucket = { slot, successes: 0, failures: 0 };
    this.#buckets.push(bucket);
    return bucket;
  }

  #slot(): number {
    return Math.floor(this.#clock.monotonicMs() / this.#bucketMs);
  }

  #forget(now: number): void {
    while ((this.#buckets[0]?.slot ?? now) <= now - BUCKETS) this.#buckets.shift();
  }
}

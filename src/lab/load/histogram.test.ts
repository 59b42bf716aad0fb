import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.js';

/** The nearest-rank percentile of a sorted list. */
function exact(sorted: readonly number[], fraction: number): number {
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] as number;
}

describe('Histogram', () => {
  it('has percentiles within 0.1 % or 1 µs, and an exact mean and maximum', () => {
    const duration = fc.oneof(
      fc.double({ min: 0, max: 3_600_000, noNaN: true }),
      fc.double({ min: 0, max: 50, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 500 }), (durations) => {
        const histogram = new Histogram();
        for (const ms of durations) histogram.add(ms);
        const sorted = durations.toSorted((a, b) => a - b);
        const { count, mean, p50, p95, p99, max } = histogram.distribution();
        expect(count).toBe(durations.length);
        expect(max).toBe(sorted.at(-1));
        expect(mean).toBeCloseTo(durations.reduce((sum, ms) => sum + ms, 0) / durations.length, 6);
        for (const [found, fraction] of [
          [p50, 0.5],
          [p95, 0.95],
          [p99, 0.99],
        ] as const) {
          const wanted = exact(sorted, fraction);
          expect(Math.abs(found - wanted)).toBeLessThanOrEqual(Math.max(0.001, wanted * 0.001));
        }
      }),
    );
  });

  it('takes what no clock should give', () => {
    const histogram = new Histogram();
    expect(histogram.distribution()).toEqual({ count: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 });
    histogram.add(-5);
    expect(histogram.percentile(1)).toBe(0);
    histogram.add(1e12);
    expect(histogram.percentile(1)).toBeGreaterThan(6e7);
  });
});

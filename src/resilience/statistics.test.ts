import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../test/support/virtual-time.js';
import { AdaptiveLimit } from './concurrency-limit.js';
import { MovingAverage } from './moving-average.js';
import { QuantileWindow } from './quantile-window.js';
import { RollingCounts } from './rolling-counts.js';

describe('the quantile window', () => {
  it('says the exact quantile of the last values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 100 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const window = new QuantileWindow(16);
          for (const value of values) window.add(value);
          const last = values.slice(-16).sort((a, b) => a - b);
          expect(window.quantile(q)).toBe(last[Math.max(0, Math.ceil(q * last.length) - 1)]);
        },
      ),
    );
  });

  it('renews its view within a sixteenth of the window', () => {
    const window = new QuantileWindow(256);
    for (let i = 0; i < 256; i++) window.add(1);
    expect(window.quantile(1)).toBe(1);
    for (let i = 0; i < 16; i++) window.add(2);
    expect(window.quantile(1)).toBe(2);
    expect(new QuantileWindow().quantile(0.5)).toBeUndefined();
  });
});

describe('the moving average', () => {
  it('stays between the smallest and the largest value', () => {
    const measurement = fc.tuple(fc.nat(10_000), fc.nat(5_000));
    fc.assert(
      fc.property(fc.array(measurement, { minLength: 1 }), (measurements) => {
        const time = new VirtualTime();
        const average = new MovingAverage(1000, time);
        for (const [value, gapMs] of measurements) {
          time.skip(gapMs);
          average.add(value);
        }
        const values = measurements.map(([value]) => value);
        expect(average.value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(average.value).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }),
    );
  });

  it('halves what is old, and its reading while nothing is measured', () => {
    const time = new VirtualTime();
    const average = new MovingAverage(1000, time);
    average.add(100);
    time.skip(1000);
    expect([average.value, average.faded]).toEqual([100, 50]);
    average.add(0);
    expect(average.value).toBe(50);
  });
});

describe('rolling counts', () => {
  it('count no less than 0.9 and no more than the whole window', () => {
    const event = fc.tuple(fc.constantFrom('success' as const, 'failure' as const), fc.nat(400));
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const time = new VirtualTime();
        const counts = new RollingCounts(1000, time);
        const failedAt: number[] = [];
        for (const [outcome, gapMs] of events) {
          time.skip(gapMs);
          counts.add(outcome);
          if (outcome === 'failure') failedAt.push(time.now());
          const younger = (ms: number) => failedAt.filter((at) => time.now() - at < ms).length;
          expect(counts.failures).toBeGreaterThanOrEqual(younger(900));
          expect(counts.failures).toBeLessThanOrEqual(younger(1000));
        }
      }),
    );
  });
});

describe('the adaptive limit', () => {
  const options = { min: 2, max: 200, initial: 20, tolerance: 2 };
  const observe = (limit: AdaptiveLimit, latencyMs: number, times: number): void => {
    for (let i = 0; i < times; i++) limit.observe({ latencyMs, inFlight: limit.value, dropped: false });
  };

  it('grows while latency is flat, shrinks when it rises, and a refusal takes a tenth', () => {
    const limit = new AdaptiveLimit(options);
    observe(limit, 100, 20);
    const grown = limit.value;
    expect(grown).toBeGreaterThan(30);
    observe(limit, 2000, 8);
    expect(limit.value).toBeLessThan(grown * 0.8);
    const before = limit.value;
    limit.observe({ latencyMs: 0, inFlight: 1, dropped: true });
    expect(limit.value).toBeLessThanOrEqual(Math.ceil(before * 0.9));
  });

  it('does not grow while it is hardly used', () => {
    const limit = new AdaptiveLimit(options);
    for (let i = 0; i < 100; i++) limit.observe({ latencyMs: 100, inFlight: 3, dropped: false });
    expect(limit.value).toBe(20);
  });

  it('stays within its bounds', () => {
    const sample = fc.record({ latencyMs: fc.nat(60_000), inFlight: fc.nat(300), dropped: fc.boolean() });
    fc.assert(
      fc.property(fc.array(sample), (samples) => {
        const limit = new AdaptiveLimit(options);
        for (const item of samples) limit.observe(item);
        expect(limit.value).toBeGreaterThanOrEqual(2);
        expect(limit.value).toBeLessThanOrEqual(200);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../test/support/virtual-time.js';
import type { NaraeError } from '../core/index.js';
import { backoffMs, defaultBackoffOptions } from './backoff.js';
import { CallBudget } from './call-budget.js';
import { type RetrySettings, type RetryVerdict, retry } from './retry.js';
import { sleep } from './timers.js';

const AGAIN: RetryVerdict = { kind: 'again', floorMs: 0 };

function settings(time: VirtualTime, changes: Partial<RetrySettings> = {}): RetrySettings {
  return {
    options: { maxAttempts: 3, backoff: { minMs: 100, maxMs: 1000 }, retryAfterMaxMs: 5_000 },
    budget: new CallBudget({ ratio: 0, floorPerSecond: 1, burst: 10 }, time),
    signal: new AbortController().signal,
    judge: () => AGAIN,
    timers: time,
    random: () => 0.5,
    ...changes,
  };
}

describe('retry', () => {
  it('tries up to three times, doubling the wait, and throws the last failure', async () => {
    const time = new VirtualTime();
    const startedAtMs: number[] = [];
    const waits: number[] = [];
    const result = retry(
      async (attempt) => {
        startedAtMs.push(time.now());
        throw new Error(`fault ${attempt}`);
      },
      settings(time, { onRetry: ({ delayMs }) => waits.push(delayMs) }),
    ).catch((error: Error) => error.message);
    await time.advance(10_000);
    expect(await result).toBe('fault 3');
    expect(waits).toEqual([75, 150]);
    expect(startedAtMs).toEqual([0, 75, 225]);
  });

  it('goes elsewhere at once and without the budget; gives up when told', async () => {
    const time = new VirtualTime();
    const budget = new CallBudget({ ratio: 0, floorPerSecond: 0, burst: 10 }, time);
    const verdicts: RetryVerdict[] = [{ kind: 'elsewhere' }, { kind: 'give-up' }];
    let attempts = 0;
    const run = async (): Promise<never> => {
      attempts++;
      throw new Error('fault');
    };
    await expect(retry(run, settings(time, { budget, judge: () => verdicts.shift()! }))).rejects.toThrow(
      'fault',
    );
    expect([attempts, time.now()]).toEqual([2, 0]);
  });

  it('waits for Retry-After, but not for one that is too long', async () => {
    const time = new VirtualTime();
    const floors = [2_000, 5_001];
    const waits: number[] = [];
    const judge = (): RetryVerdict => ({ kind: 'again', floorMs: floors.shift()! });
    const result = retry(
      () => Promise.reject(new Error('busy')),
      settings(time, { judge, onRetry: ({ delayMs }) => waits.push(delayMs) }),
    ).catch((error: Error) => error.message);
    await time.advance(10_000);
    expect(await result).toBe('busy');
    expect(waits).toEqual([2_075]);
  });

  it('stops sleeping at once when it is aborted, and leaves no timer', async () => {
    const time = new VirtualTime();
    const controller = new AbortController();
    const result = retry(
      () => Promise.reject(new Error('fault')),
      settings(time, { signal: controller.signal }),
    ).catch((error: NaraeError) => error.code);
    await time.advance(10);
    expect(time.pending).toBe(1);
    controller.abort();
    expect(await result).toBe('aborted');
    expect(time.pending).toBe(0);
    await expect(sleep(1, controller.signal, time)).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('back-off', () => {
  it('stays between half and whole of the doubled wait, above its floor', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.nat(60_000),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (number, floorMs, chance) => {
          const waitMs = backoffMs(number, defaultBackoffOptions, floorMs, () => chance) - floorMs;
          const fullMs = Math.min(5_000, 250 * 2 ** (number - 1));
          expect(waitMs).toBeGreaterThanOrEqual(fullMs / 2);
          expect(waitMs).toBeLessThanOrEqual(fullMs);
        },
      ),
    );
  });
});

describe('the budget', () => {
  it('never allows more extra calls than ratio, floor and burst', () => {
    const step = fc.oneof(
      fc.constant('call' as const),
      fc.constant('extra' as const),
      fc.integer({ min: 1, max: 500 }),
    );
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 5 }),
        fc.array(step, { maxLength: 200 }),
        (ratio, floorPerSecond, steps) => {
          const time = new VirtualTime();
          const budget = new CallBudget({ ratio, floorPerSecond, burst: 3 }, time);
          let [calls, extra] = [0, 0];
          for (const item of steps) {
            if (typeof item === 'number') time.skip(item);
            else if (item === 'extra') extra += budget.tryWithdraw() ? 1 : 0;
            else {
              budget.deposit();
              calls++;
            }
          }
          const start = floorPerSecond > 0 ? 3 : 0;
          expect(extra).toBeLessThanOrEqual(
            start + ratio * calls + (floorPerSecond * time.now()) / 1000 + 1e-6,
          );
        },
      ),
    );
  });

  it('gives the share that was agreed when every call wants one', () => {
    const budget = new CallBudget({ ratio: 0.1, floorPerSecond: 0, burst: 10 }, new VirtualTime());
    let extra = 0;
    for (let i = 0; i < 1000; i++) {
      budget.deposit();
      if (budget.tryWithdraw()) extra++;
    }
    expect(extra).toBeGreaterThanOrEqual(98);
    expect(extra).toBeLessThanOrEqual(100);
  });
});

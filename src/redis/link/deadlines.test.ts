import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../core/index.js';
import { Deadlines } from './deadlines.js';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const calls = fc.array(
  fc.record({
    afterMs: fc.nat(30),
    durationMs: fc.constantFrom(5, 20, 1_000),
    /** When it is answered; beyond the deadline: too late. */
    answeredAfterMs: fc.constantFrom(1, 4, 19, 500, 2_000),
  }),
  { maxLength: 60 },
);

it('tells each call that was not answered in time, once, and never early; then nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(calls, async (plan) => {
      const deadlines = new Deadlines(systemClock);
      const expired = plan.map(() => 0);
      for (const [at, { afterMs, durationMs, answeredAfterMs }] of plan.entries()) {
        await vi.advanceTimersByTimeAsync(afterMs);
        const dueAtMs = performance.now() + durationMs;
        const call = {
          settled: false,
          expire: () => {
            expect(performance.now()).toBeGreaterThanOrEqual(dueAtMs);
            call.settled = true;
            expired[at]!++;
          },
        };
        setTimeout(() => {
          call.settled = true;
        }, answeredAfterMs);
        deadlines.add(call, durationMs);
      }
      await vi.advanceTimersByTimeAsync(5_000);
      expect(expired).toEqual(
        plan.map(({ durationMs, answeredAfterMs }) => (answeredAfterMs < durationMs ? 0 : 1)),
      );
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 50 },
  );
});

it('does not count the time in which this process was busy, and forgets nobody for that', async () => {
  vi.useRealTimers();
  const deadlines = new Deadlines(systemClock);
  const expired: string[] = [];
  const call = (name: string) => ({ settled: false, expire: () => void expired.push(name) });
  const [answered, silent] = [call('answered'), call('silent')];
  deadlines.add(answered, 20);
  deadlines.add(silent, 20);
  const busyUntilMs = performance.now() + 150;
  while (performance.now() < busyUntilMs);
  setTimeout(() => {
    answered.settled = true;
  }, 5);
  await expect.poll(() => expired).toEqual(['silent']);
  deadlines.close();
});

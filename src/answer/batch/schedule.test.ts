import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settle, VirtualTime } from '../../../test/support/virtual-time.js';
import { NaraeError } from '../../core/index.js';
import { defaultBatchOptions, resolvePace } from './options.js';
import { type Outcome, runInBatches } from './schedule.js';

/** How long an item takes, and whether it fails. */
interface Item {
  readonly ms: number;
  readonly fails: boolean;
}

const items = fc.array(fc.record({ ms: fc.nat(300), fails: fc.boolean() }), { maxLength: 60 });
const pace = fc.record({
  size: fc.integer({ min: 1, max: 12 }),
  concurrency: fc.integer({ min: 1, max: 8 }),
  pauseMs: fc.nat(200),
});

/** Works the items off in virtual time and writes down who was under way when. */
function rehearse(time: VirtualTime) {
  const seen = {
    now: 0,
    most: 0,
    started: [] as { batch: number; atMs: number }[],
    lastEndMs: [] as number[],
  };
  let batches = 0;
  const work = () => {
    const batch = batches++;
    return async ({ ms, fails }: Item): Promise<number> => {
      seen.started.push({ batch, atMs: time.now() });
      seen.most = Math.max(seen.most, ++seen.now);
      await new Promise<void>((resolve) => time.after(ms, resolve));
      seen.now--;
      seen.lastEndMs[batch] = time.now();
      if (fails) throw new NaraeError('llm_failed', { values: { upstreamStatus: 500, reason: 'x' } });
      return ms;
    };
  };
  return { seen, work };
}

async function collect<Result>(loop: AsyncIterable<Outcome<Result>>): Promise<Outcome<Result>[]> {
  const all: Outcome<Result>[] = [];
  for await (const outcome of loop) all.push(outcome);
  return all;
}

describe('a list of items', () => {
  test('has one outcome each, never more under way than allowed, a pause between batches', async () => {
    await fc.assert(
      fc.asyncProperty(items, pace, async (list, given) => {
        const time = new VirtualTime();
        const { seen, work } = rehearse(time);
        const all = collect(runInBatches(list, work, { pace: given, timers: time }));
        await time.advance(1_000_000);
        const outcomes = await all;
        expect(outcomes.map(({ index }) => index).sort((a, b) => a - b)).toEqual(list.map((_, at) => at));
        for (const outcome of outcomes)
          expect(outcome.status).toBe(list[outcome.index]?.fails ? 'failed' : 'done');
        expect(seen.most).toBeLessThanOrEqual(Math.min(given.concurrency, given.size));
        for (const { batch, atMs } of seen.started)
          if (batch > 0)
            expect(atMs).toBeGreaterThanOrEqual((seen.lastEndMs[batch - 1] ?? 0) + given.pauseMs);
        expect(time.pending).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('gives each outcome as it is ready', async () => {
    const time = new VirtualTime();
    const { work } = rehearse(time);
    const list = [30, 10, 20].map((ms) => ({ ms, fails: false }));
    const loop = runInBatches(list, work, { pace: { size: 3, concurrency: 3, pauseMs: 0 }, timers: time });
    const order: number[] = [];
    const reading = (async () => {
      for await (const { index } of loop) order.push(index);
    })();
    await time.advance(15);
    expect(order).toEqual([1]);
    await time.advance(100);
    await reading;
    expect(order).toEqual([1, 2, 0]);
  });

  test('does not begin a batch before the outcomes of the last were taken', async () => {
    const started: number[] = [];
    const work = () => async (item: number) => void started.push(item);
    const loop = runInBatches([1, 2, 3, 4], work, { pace: { size: 2, concurrency: 2, pauseMs: 0 } });
    await loop.next();
    await settle();
    expect(started).toEqual([1, 2]);
    await loop.return();
  });
});

describe('leaving', () => {
  const steady = { size: 4, concurrency: 2, pauseMs: 10 };

  /** Items that only end when they are cancelled, apart from the first. */
  function stubborn() {
    const ended: unknown[] = [];
    const work = (_: readonly number[], signal: AbortSignal) => async (item: number) => {
      if (item === 0) return;
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended.push(item);
          reject(signal.reason as Error);
        });
      });
    };
    return { ended, work };
  }

  test('the loop cancels what is under way and starts nothing more', async () => {
    const { ended, work } = stubborn();
    for await (const { index } of runInBatches([0, 1, 2, 3, 4], work, { pace: steady })) {
      expect(index).toBe(0);
      break;
    }
    await settle();
    expect(ended.sort()).toEqual([1, 2]);
  });

  test.each([
    'under way',
    'between two batches',
  ])('by the signal rejects with its reason, %s', async (when) => {
    const { work } = stubborn();
    const controller = new AbortController();
    const list = when === 'under way' ? [0, 1, 2] : [0, 0, 0, 0, 0];
    const loop = runInBatches(list, work, {
      pace: { ...steady, pauseMs: 60_000 },
      signal: controller.signal,
    });
    const reading = collect(loop);
    await settle();
    controller.abort(new NaraeError('closing'));
    await expect(reading).rejects.toMatchObject({ code: 'closing' });
  });
});

describe('a pace', () => {
  test('asked for stays within its bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (concurrency) => {
        const resolved = resolvePace(defaultBatchOptions, { concurrency });
        expect(resolved.size).toBe(Math.max(10, concurrency));
      }),
    );
  });

  test.each([
    ['concurrency', { concurrency: 101 }],
    ['concurrency', { concurrency: 1.5 }],
    ['size', { size: 0 }],
    ['pauseMs', { pauseMs: Number.NaN }],
  ])('with a wrong %s is refused by name', (field, asked) => {
    expect(() => resolvePace(defaultBatchOptions, asked)).toThrow(
      expect.objectContaining({ code: 'invalid_request', field }),
    );
  });
});

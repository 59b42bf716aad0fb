import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle, VirtualTime } from '../../test/support/virtual-time.js';
import type { NaraeError } from '../core/index.js';
import { fixedLimit } from './concurrency-limit.js';
import { Limiter, type LimiterPermit } from './limiter.js';

function make(limit: number, maxWaiting: number, maxWaitMs = 1000) {
  const time = new VirtualTime();
  return { time, limiter: new Limiter('test', fixedLimit(limit), { maxWaiting, maxWaitMs }, time) };
}

const code = (error: unknown): string => (error as NaraeError).code;

describe('the limiter', () => {
  it('lets in the limit, queues in order, and refuses what the queue cannot hold', async () => {
    const { limiter, time } = make(1, 2);
    const first = await limiter.acquire();
    const order: string[] = [];
    const enter = (name: string): Promise<void> =>
      limiter.acquire().then((permit) => {
        order.push(name);
        permit.release();
      });
    const waiting = [enter('a'), enter('b')];
    const refused = await limiter.acquire().catch((error: NaraeError) => error);
    expect(refused).toMatchObject({ code: 'overloaded', status: 503, retryAfterSeconds: 1 });
    first.release();
    await Promise.all(waiting);
    expect(order).toEqual(['a', 'b']);
    expect([limiter.inFlight, limiter.waiting, time.pending]).toEqual([0, 0, 0]);
  });

  it('refuses at the deadline, and says when to come back from how long calls take', async () => {
    const { limiter, time } = make(1, 10, 500);
    const slow = await limiter.acquire();
    await time.advance(8_000);
    slow.release();
    await limiter.acquire();
    const late = limiter.acquire().catch((error: NaraeError) => error);
    await time.advance(300);
    const later = limiter.acquire().catch((error: NaraeError) => error);
    await time.advance(200);
    expect(await late).toMatchObject({ code: 'overloaded', retryAfterSeconds: 16 });
    expect(limiter.waiting).toBe(1);
    await time.advance(300);
    expect(code(await later)).toBe('overloaded');
    expect(time.pending).toBe(0);
  });

  it('lets whoever aborts leave the queue at once, without a trace', async () => {
    const { limiter, time } = make(1, 10);
    const held = await limiter.acquire();
    const controller = new AbortController();
    const waiting = limiter.acquire(controller.signal).catch(code);
    const behind = limiter.acquire();
    controller.abort();
    expect(await waiting).toBe('aborted');
    expect(limiter.waiting).toBe(1);
    held.release();
    (await behind).release();
    expect(time.pending).toBe(0);
    expect(await limiter.acquire(controller.signal).catch(code)).toBe('aborted');
  });

  it('refuses everybody when it closes', async () => {
    const { limiter, time } = make(1, 10);
    await limiter.acquire();
    const waiting = limiter.acquire().catch(code);
    limiter.close();
    expect(await waiting).toBe('closing');
    expect(await limiter.acquire().catch(code)).toBe('closing');
    expect(time.pending).toBe(0);
  });

  it('never exceeds limit or queue, loses nobody and leaks no timer, whatever happens', async () => {
    const step = fc.oneof(
      fc.constant({ kind: 'enter' as const }),
      fc.record({ kind: fc.constantFrom('release' as const, 'abort' as const), at: fc.nat(20) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 120 }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(step, { maxLength: 60 }),
        async (limit, maxWaiting, steps) => {
          const { limiter, time } = make(limit, maxWaiting, 100);
          const held: LimiterPermit[] = [];
          const controllers: AbortController[] = [];
          let ended = 0;
          for (const item of steps) {
            if (item.kind === 'wait') await time.advance(item.ms);
            else if (item.kind === 'release')
              held.splice(item.at % Math.max(1, held.length), 1)[0]?.release();
            else if (item.kind === 'abort') controllers[item.at % Math.max(1, controllers.length)]?.abort();
            else {
              const controller = new AbortController();
              controllers.push(controller);
              limiter.acquire(controller.signal).then(
                (permit) => held.push(permit),
                () => ended++,
              );
            }
            await settle();
            expect(limiter.inFlight).toBeLessThanOrEqual(limit);
            expect(limiter.inFlight).toBe(held.length);
            expect(limiter.waiting).toBeLessThanOrEqual(maxWaiting);
            // Nobody waits beside a free place.
            if (limiter.waiting > 0) expect(limiter.inFlight).toBe(limit);
          }
          while (held.length > 0) {
            held.pop()?.release();
            await settle();
          }
          expect([limiter.inFlight, limiter.waiting, time.pending]).toEqual([0, 0, 0]);
          expect(ended).toBeLessThanOrEqual(controllers.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

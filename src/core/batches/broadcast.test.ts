import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Broadcast, type BroadcastOptions } from './broadcast.js';
import type { BatchFlow, BatchSink, BatchSource } from './source.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const TOO_SLOW = new Error('too slow');
const FAILURE = new Error('on purpose');

/** A source that a test plays by hand. */
class ByHand implements BatchSource<number>, BatchFlow {
  sink: BatchSink<number> | undefined;
  isPaused = false;
  stops = 0;

  [Symbol.asyncIterator](): never {
    throw new Error('is piped');
  }

  pipe(sink: BatchSink<number>): BatchFlow {
    this.sink = sink;
    return this;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  stop(): void {
    this.stops++;
  }
}

class Listener implements BatchSink<number> {
  readonly heard: number[] = [];
  batches = 0;
  readonly endings: unknown[] = [];
  flow: BatchFlow | undefined;

  push(batch: readonly number[]): void {
    this.heard.push(...batch);
    this.batches++;
  }

  end(): void {
    this.endings.push('end');
  }

  fail(error: unknown): void {
    this.endings.push(error);
  }
}

function broadcastOf(source: ByHand, options: Partial<BroadcastOptions<number>> = {}): Broadcast<number> {
  const limits = { limitItems: 1_000, limitBytes: 1e9, bytesOf: () => 1, tooSlow: () => TOO_SLOW };
  return new Broadcast(source, { ...limits, ...options });
}

function joined(broadcast: Broadcast<number>, from?: number): Listener {
  const listener = new Listener();
  listener.flow = broadcast.join(listener, from);
  return listener;
}

type Step =
  | { readonly do: 'push'; readonly count: number }
  | { readonly do: 'join' }
  | { readonly do: 'pause' | 'resume' | 'leave'; readonly who: number }
  | { readonly do: 'turn' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('push' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('join' as const) }),
  fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const, 'leave' as const), who: fc.nat(5) }),
  fc.record({ do: fc.constant('turn' as const) }),
);

describe('a broadcast', () => {
  it('gives everyone everything in order, whoever joins, pauses or leaves when', async () => {
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.constantFrom('end', FAILURE),
      async (steps, ending) => {
        const source = new ByHand();
        const broadcast = broadcastOf(source);
        const listeners = [joined(broadcast)];
        const left = new Set<Listener>();
        const paused = new Set<Listener>();
        let next = 0;
        for (const what of steps) {
          if (what.do === 'push') source.sink?.push(Array.from({ length: what.count }, () => next++));
          else if (what.do === 'turn') await turn();
          else if (what.do === 'join') {
            const listener = joined(broadcast);
            if (listener.flow === undefined) expect(left.size).toBe(listeners.length);
            else listeners.push(listener);
          } else {
            const listener = listeners[what.who % listeners.length] as Listener;
            if (what.do === 'leave') left.add(listener);
            if (what.do === 'pause') paused.add(listener);
            if (what.do === 'resume') paused.delete(listener);
            listener.flow?.[what.do === 'leave' ? 'stop' : what.do]();
          }
        }
        if (left.size === listeners.length) {
          expect(source.stops).toBe(1);
          return;
        }
        const present = listeners.filter((listener) => !left.has(listener));
        expect(source.isPaused).toBe(present.every((listener) => paused.has(listener)));
        ending === 'end' ? source.sink?.end() : source.sink?.fail(ending);
        for (const listener of present) listener.flow?.resume();
        await turn();
        for (const listener of listeners) {
          const length = left.has(listener) ? listener.heard.length : next;
          expect(listener.heard).toEqual(Array.from({ length }, (_, n) => n));
          expect(listener.endings).toEqual(left.has(listener) ? [] : [ending]);
        }
        expect(source.stops).toBe(0);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it('hands a late joiner what was before in one batch, coalesced', async () => {
    const source = new ByHand();
    const broadcast = broadcastOf(source, { coalesce: (items) => [items.reduce((sum, item) => sum + item)] });
    const first = joined(broadcast);
    await turn();
    for (const item of [1, 2, 3]) source.sink?.push([item]);
    const late = joined(broadcast);
    await turn();
    source.sink?.push([4]);
    expect(first.heard).toEqual([1, 2, 3, 4]);
    expect(late.heard).toEqual([6, 4]);
    expect(joined(broadcast, 3).flow).toBeDefined();
  });

  it('goes on from any number that is kept', async () => {
    const source = new ByHand();
    const broadcast = broadcastOf(source);
    joined(broadcast);
    source.sink?.push([0, 1, 2, 3]);
    source.sink?.end();
    const again = joined(broadcast, 2);
    await turn();
    expect([again.heard, again.endings]).toEqual([[2, 3], ['end']]);
    expect(joined(broadcast, 5).flow).toBeUndefined();
  });

  it('cuts off who is further behind than the limit, refuses who is late, and keeps who follows', async () => {
    const source = new ByHand();
    const broadcast = broadcastOf(source, { limitItems: 3 });
    const quick = joined(broadcast);
    const slow = joined(broadcast);
    await turn();
    slow.flow?.pause();
    for (const item of [0, 1, 2]) source.sink?.push([item]);
    expect(slow.endings).toEqual([]);
    source.sink?.push([3]);
    expect(slow.endings).toEqual([TOO_SLOW]);
    expect(joined(broadcast).flow).toBeUndefined();
    source.sink?.push([4]);
    source.sink?.end();
    expect([quick.heard, quick.endings]).toEqual([[0, 1, 2, 3, 4], ['end']]);
  });

  it('is read to its end without listeners where that was asked for', async () => {
    const source = new ByHand();
    const broadcast = broadcastOf(source, { keep: true });
    const listener = joined(broadcast);
    await turn();
    listener.flow?.stop();
    source.sink?.push([0]);
    source.sink?.end();
    expect(source.stops).toBe(0);
    const late = joined(broadcast);
    await turn();
    expect([late.heard, late.endings]).toEqual([[0], ['end']]);
  });

  it('spares the others what one sink throws', async () => {
    const source = new ByHand();
    const broadcast = broadcastOf(source);
    const broken = joined(broadcast);
    const sound = joined(broadcast);
    broken.push = () => {
      throw FAILURE;
    };
    await turn();
    source.sink?.push([0]);
    source.sink?.push([1]);
    expect(broken.endings).toEqual([FAILURE]);
    expect(sound.heard).toEqual([0, 1]);
  });
});

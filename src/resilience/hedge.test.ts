import { describe, expect, it } from 'vitest';
import { settle, VirtualTime } from '../../test/support/virtual-time.js';
import { abortReason } from '../core/index.js';
import { type HedgeLane, type HedgeSettings, hedge } from './hedge.js';

/** Two calls whose ends the test decides. */
class Lanes {
  readonly started: HedgeLane[] = [];
  readonly aborted: HedgeLane[] = [];
  readonly #ends: { resolve(value: string): void; reject(error: Error): void }[] = [];

  readonly run = (signal: AbortSignal, lane: HedgeLane): Promise<string> => {
    this.started.push(lane);
    return new Promise((resolve, reject) => {
      this.#ends[lane] = { resolve, reject };
      signal.addEventListener('abort', () => {
        this.aborted.push(lane);
        reject(abortReason(signal));
      });
    });
  };

  succeed(lane: HedgeLane): void {
    this.#ends[lane]?.resolve(`value ${lane}`);
  }

  fail(lane: HedgeLane): void {
    this.#ends[lane]?.reject(new Error(`fault ${lane}`));
  }
}

function make(changes: Partial<HedgeSettings<string>> = {}) {
  const time = new VirtualTime();
  const lanes = new Lanes();
  const controller = new AbortController();
  const winners: (HedgeLane | undefined)[] = [];
  const discarded: string[] = [];
  const result = hedge(lanes.run, {
    delayMs: 100,
    signal: controller.signal,
    mayStart: () => true,
    discard: (value) => discarded.push(value),
    onSettled: (winner) => winners.push(winner),
    timers: time,
    ...changes,
  }).then(
    (win) => win.value,
    (error: Error) => error.message,
  );
  return { time, lanes, controller, winners, discarded, result };
}

describe('hedge', () => {
  it('makes no second call when the first is quick', async () => {
    const { time, lanes, result, winners } = make();
    await time.advance(99);
    lanes.succeed(0);
    expect(await result).toBe('value 0');
    await time.advance(1000);
    expect([lanes.started, winners, time.pending]).toEqual([[0], [], 0]);
  });

  it.each([
    [0 as const, 1],
    [1 as const, 0],
  ])('takes call %d when it is first and aborts the other', async (winner, loser) => {
    const { time, lanes, result, winners } = make();
    await time.advance(100);
    lanes.succeed(winner);
    expect(await result).toBe(`value ${winner}`);
    expect([lanes.aborted, winners]).toEqual([[loser], [winner]]);
  });

  it('waits for the other call when one fails, and throws the first failure when both do', async () => {
    const one = make();
    await one.time.advance(100);
    one.lanes.fail(0);
    await settle();
    one.lanes.succeed(1);
    expect(await one.result).toBe('value 1');
    const both = make();
    await both.time.advance(100);
    both.lanes.fail(1);
    both.lanes.fail(0);
    expect(await both.result).toBe('fault 0');
    expect(both.winners).toEqual([undefined]);
  });

  it('fails at once when the first call fails before the delay, and leaves no timer', async () => {
    const { time, lanes, result } = make();
    lanes.fail(0);
    expect(await result).toBe('fault 0');
    expect([lanes.started, time.pending]).toEqual([[0], 0]);
  });

  it('makes no second call when it may not', async () => {
    const { time, lanes, result } = make({ mayStart: () => false });
    await time.advance(100);
    lanes.succeed(0);
    expect([await result, lanes.started]).toEqual(['value 0', [0]]);
  });

  it('aborts both calls with the caller', async () => {
    const { time, lanes, controller, result } = make();
    await time.advance(100);
    controller.abort();
    expect(await result).toContain('cancelled');
    expect([lanes.aborted, time.pending]).toEqual([[0, 1], 0]);
  });

  it('hands back a result that came in the same moment but too late', async () => {
    const { time, lanes, result, discarded } = make();
    await time.advance(100);
    lanes.succeed(0);
    lanes.succeed(1);
    expect(await result).toBe('value 0');
    await settle();
    expect(discarded).toEqual(['value 1']);
  });
});

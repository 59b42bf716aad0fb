import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimerWheel, WheelItem } from './wheel.js';

class Note extends WheelItem {
  readonly ranAtMs: number[] = [];
  readonly #then: (nowMs: number) => void;

  constructor(then: (nowMs: number) => void = () => {}) {
    super();
    this.#then = then;
  }

  onDue(nowMs: number): void {
    this.ranAtMs.push(nowMs);
    this.#then(nowMs);
  }
}

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

const fakeClock = { now: () => 0, monotonicMs: () => performance.now() };

describe('the timer wheel', () => {
  it('runs every item once, at its time, whatever was moved and cancelled', () => {
    const plan = fc.record({
      dueMs: fc.integer({ min: 0, max: 5000 }),
      movedToMs: fc.option(fc.integer({ min: 0, max: 5000 })),
      isCancelled: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(plan, { maxLength: 200 }), (plans) => {
        const wheel = new TimerWheel(fakeClock);
        const startMs = wheel.nowMs();
        const notes = plans.map(() => new Note());
        plans.forEach(({ dueMs }, index) => {
          wheel.schedule(notes[index] as Note, startMs + dueMs);
        });
        plans.forEach(({ movedToMs, isCancelled }, index) => {
          if (movedToMs !== null) wheel.schedule(notes[index] as Note, startMs + movedToMs);
          if (isCancelled) wheel.cancel(notes[index] as Note);
        });
        vi.advanceTimersByTime(5010);
        plans.forEach(({ dueMs, movedToMs, isCancelled }, index) => {
          const ranAtMs = (notes[index] as Note).ranAtMs.map((ms) => ms - startMs);
          const wantedMs = movedToMs ?? dueMs;
          expect(ranAtMs).toHaveLength(isCancelled ? 0 : 1);
          for (const ms of ranAtMs) {
            expect(ms).toBeGreaterThanOrEqual(wantedMs);
            expect(ms).toBeLessThanOrEqual(wantedMs + 2);
          }
        });
        expect(wheel.size).toBe(0);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('lets an item cancel, move and schedule others that are due with it', () => {
    const wheel = new TimerWheel(fakeClock);
    const startMs = wheel.nowMs();
    const cancelled = new Note();
    const moved = new Note();
    const again: Note = new Note((nowMs) => {
      wheel.cancel(cancelled);
      wheel.schedule(moved, nowMs + 10);
      if (again.ranAtMs.length < 3) wheel.schedule(again, nowMs);
    });
    for (const note of [cancelled, moved, again]) wheel.schedule(note, startMs + 5);
    vi.advanceTimersByTime(100);
    expect(again.ranAtMs).toHaveLength(3);
    expect(cancelled.ranAtMs).toHaveLength(0);
    expect(moved.ranAtMs).toHaveLength(1);
    expect(moved.ranAtMs[0]! - startMs).toBeGreaterThanOrEqual(15);
  });

  it('catches up after a pause longer than one round', () => {
    let nowMs = 1000.5;
    const wheel = new TimerWheel({ now: () => 0, monotonicMs: () => nowMs });
    const notes = Array.from({ length: 3000 }, () => new Note());
    notes.forEach((note, index) => {
      wheel.schedule(note, nowMs + index);
    });
    nowMs += 10_000;
    vi.advanceTimersByTime(10);
    expect(notes.every(({ ranAtMs }) => ranAtMs.length === 1)).toBe(true);
  });

  it('holds no timer once it is cleared', () => {
    const wheel = new TimerWheel(fakeClock);
    for (let ms = 0; ms < 3000; ms += 7) wheel.schedule(new Note(), wheel.nowMs() + ms);
    wheel.clear();
    expect(wheel.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

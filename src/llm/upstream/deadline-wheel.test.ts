import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeadlineWheel } from './deadline-wheel.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('fires each deadline once, in order, unless moved or cancelled', () => {
  const wheel = new DeadlineWheel();
  const fired: string[] = [];
  const start = (name: string, ms: number) => wheel.start(ms, () => fired.push(name));
  start('second', 60);
  start('first', 20);
  const moved = start('moved', 20);
  const cancelled = start('cancelled', 20);
  moved.set(120);
  cancelled.cancel();
  vi.advanceTimersByTime(90);
  expect(fired).toEqual(['first', 'second']);
  vi.advanceTimersByTime(90);
  expect(fired).toEqual(['first', 'second', 'moved']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a deadline moved forward fires at its new time', () => {
  const wheel = new DeadlineWheel();
  let fired = false;
  const deadline = wheel.start(60_000, () => {
    fired = true;
  });
  deadline.set(10);
  vi.advanceTimersByTime(60);
  expect(fired).toBe(true);
});

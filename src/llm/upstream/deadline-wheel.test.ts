import { expect, test } from 'vitest';
import { DeadlineWheel } from './deadline-wheel.js';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('fires each deadline once, in order, unless moved or cancelled', async () => {
  const wheel = new DeadlineWheel();
  const fired: string[] = [];
  const start = (name: string, ms: number) => wheel.start(ms, () => fired.push(name));
  start('second', 60);
  start('first', 20);
  const moved = start('moved', 20);
  const cancelled = start('cancelled', 20);
  moved.set(120);
  cancelled.cancel();
  await sleep(90);
  expect(fired).toEqual(['first', 'second']);
  await sleep(90);
  expect(fired).toEqual(['first', 'second', 'moved']);
});

test('a deadline moved forward fires at its new time', async () => {
  const wheel = new DeadlineWheel();
  let fired = false;
  const deadline = wheel.start(60_000, () => {
    fired = true;
  });
  deadline.set(10);
  await sleep(60);
  expect(fired).toBe(true);
});

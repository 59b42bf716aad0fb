import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeadlineWheel } from './deadline-wheel.js';

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] }),
);
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

test('what comes while this process is busy is heard before its deadline is', async () => {
  vi.useRealTimers();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[speaker]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
    [Socket],
    [],
  ];
  let fired = false;
  const deadline = new DeadlineWheel().start(20, () => {
    fired = true;
  });
  const heard = once(client, 'data').then(() => deadline.set(60_000));
  speaker.write('in time');
  const busyUntilMs = performance.now() + 50;
  while (performance.now() < busyUntilMs);
  await heard;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(fired).toBe(false);
  client.destroy();
  server.close();
});

import { expect, test } from 'vitest';
import type { Channel } from '../core/index.js';
import { Peer } from '../core/index.js';
import { PrimaryLeases } from '../worker/index.js';
import { LeaseDesk } from './lease-desk.js';
import type { PrimaryHears, WorkerHears } from './spec.js';

const never = new AbortController().signal;
const turns = async (count = 10): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Workers that ask one desk over pipes which hand messages on a turn later. */
function office() {
  const desk = new LeaseDesk<object>();
  const worker = () => {
    const holder = {};
    const heard = { up: [] as ((message: unknown) => void)[], down: [] as ((message: unknown) => void)[] };
    const channel = (to: 'up' | 'down', from: 'up' | 'down'): Channel => ({
      send: (message) =>
        void setImmediate(() => {
          for (const receive of heard[to]) receive(structuredClone(message));
        }),
      onMessage: (receive) => void heard[from].push(receive),
      onClose: () => {},
    });
    new Peer<PrimaryHears<unknown>, WorkerHears>('worker', channel('down', 'up'), {
      news: { leaseOver: (token: number) => desk.over(holder, token) },
      calls: { lease: (order, signal) => desk.grant(holder, order, signal) },
    } as ConstructorParameters<typeof Peer<PrimaryHears<unknown>, WorkerHears>>[2]);
    const primary = new Peer<WorkerHears, PrimaryHears<unknown>>('primary', channel('up', 'down'), {
      news: {},
      calls: {},
    } as ConstructorParameters<typeof Peer<WorkerHears, PrimaryHears<unknown>>>[2]);
    return { leases: new PrimaryLeases(primary), die: () => desk.ended(holder) };
  };
  return { one: worker(), other: worker() };
}

test('one worker has a lease at a time; the next has it when it is released', async () => {
  const { one, other } = office();
  const first = await one.leases.acquire('대화', 1_000, never);
  expect(await other.leases.tryAcquire('대화')).toBeUndefined();
  expect(await other.leases.tryAcquire('다른 것')).toBeDefined();
  const waiting = other.leases.acquire('대화', 1_000, never);
  await first.release();
  await first.release();
  expect((await waiting).fence).toBeGreaterThan(first.fence);
});

test('what a worker held or waited for is free when it ends', async () => {
  const { one, other } = office();
  await one.leases.acquire('held', 1_000, never);
  const waiting = other.leases.acquire('held', 1_000, never);
  await turns();
  one.die();
  await waiting;
  const left = one.leases.acquire('held', 1_000, never).catch(() => 'left');
  await turns();
  one.die();
  expect(await left).toBe('left');
});

test.each([0, 1, 2, 3, 4])('who leaves after %i turns holds nothing', async (after) => {
  const { one, other } = office();
  const leaving = new AbortController();
  const asked = one.leases.acquire('door', 1_000, leaving.signal).then(
    (lease) => lease.release(),
    () => {},
  );
  await turns(after);
  leaving.abort();
  await asked;
  await turns();
  expect(await other.leases.tryAcquire('door')).toBeDefined();
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { NaraeError } from '../../core/index.js';
import type { ThreadStore } from '../spec.js';
import { openRuns } from './open-runs.js';
import type { RunStore } from './run-store.js';

/** A store that hears of nobody. */
class DeafStore {
  closed = 0;
  asked = 0;

  listen(): Promise<void> {
    return Promise.reject(new NaraeError('redis_unavailable', { values: { reason: 'it is down' } }));
  }

  async renew(): Promise<[]> {
    this.asked++;
    return [];
  }

  async sweep(): Promise<number> {
    this.asked++;
    return 0;
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

test('runs that cannot begin leave nothing behind', async () => {
  const store = new DeafStore();
  const opening = openRuns<string>({
    threads: {} as ThreadStore,
    store: store as unknown as RunStore,
    node: 'a',
    codec: { bytesOf: () => 1 },
    options: { leaseMs: 3 },
  });
  await expect(opening).rejects.toMatchObject({ code: 'redis_unavailable' });
  expect(store.closed).toBe(1);
  const { asked } = store;
  await sleep(20);
  expect(store.asked).toBe(asked);
});

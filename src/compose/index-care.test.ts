import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NaraeError } from '../core/index.js';
import type { NaraeEvent } from '../observe/index.js';
import { IndexCare } from './index-care.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function careFor(index: { warm?: () => Promise<never>; rebuilt?: number }) {
  const events: NaraeEvent[] = [];
  const calls: string[] = [];
  const care = new IndexCare({
    index: {
      warm: async (tenant, collection) => {
        calls.push(`warm ${tenant}/${collection}`);
        return index.warm ? index.warm() : { segments: 1, bytes: 1 };
      },
      verify: async (_tenant, _collection, signal) => {
        calls.push('verify');
        signal?.throwIfAborted();
        return index.rebuilt ?? 0;
      },
    },
    tenant: 't',
    collection: 'c',
    emit: (event) => events.push(event),
  });
  return { care, events, calls };
}

test('opens at once, checks a minute later, and tells of what was rebuilt', async () => {
  const { care, events, calls } = careFor({ rebuilt: 2 });
  care.warm();
  care.verifyLater();
  await vi.advanceTimersByTimeAsync(59_000);
  expect(calls).toEqual(['warm t/c']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(calls).toEqual(['warm t/c', 'verify']);
  expect(events).toMatchObject([{ type: 'notice', details: { collection: 'c', rebuilt: 2 } }]);
});

test('a first start without a collection is no failure, a damaged database is one', async () => {
  const first = careFor({ warm: () => Promise.reject(new NaraeError('collection_not_found')) });
  first.care.warm();
  await first.care.close();
  expect(first.events).toEqual([]);
  const damaged = careFor({ warm: () => Promise.reject(new NaraeError('storage_damaged')) });
  damaged.care.warm();
  await vi.advanceTimersByTimeAsync(0);
  expect(damaged.events).toMatchObject([{ type: 'error', code: 'storage_damaged' }]);
});

test('closed before its time it checks nothing', async () => {
  const { care, calls } = careFor({});
  care.verifyLater();
  await care.close();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(calls).toEqual([]);
});

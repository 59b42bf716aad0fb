import { expect, test } from 'vitest';
import { underLease } from './under-lease.js';

const lease = {
  fence: 1,
  lost: new AbortController().signal,
  release: () => Promise.reject(new Error('Redis is gone')),
};

test('a lease that cannot be given back hides neither the result nor the failure', async () => {
  expect(await underLease(lease, async () => '끝')).toBe('끝');
  const failed = underLease(lease, () => Promise.reject(new Error('the disk is full')));
  await expect(failed).rejects.toThrow('the disk is full');
});

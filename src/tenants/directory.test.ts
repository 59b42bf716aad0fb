import { expect, test } from 'vitest';
import { createTenantDirectory, DEFAULT_TENANT } from './directory.js';

test('only configured keys find a tenant', () => {
  const directory = createTenantDirectory({ apiKeys: ['first-key', '둘째-키'] });
  expect(directory.keysRequired).toBe(true);
  expect(directory.find('first-key')).toBe(DEFAULT_TENANT);
  expect(directory.find('둘째-키')).toBe(DEFAULT_TENANT);
  expect(directory.find('first-kez')).toBeUndefined();
  expect(directory.find('')).toBeUndefined();
});

test('without keys none is required', () => {
  expect(createTenantDirectory({ apiKeys: [] }).keysRequired).toBe(false);
});

import { expect, test } from 'vitest';
import { NaraeError } from '../core/index.js';
import { whileStarting } from './readiness.js';

test('a collection that is about to be there is a matter of waiting', () => {
  const missing = new NaraeError('collection_not_found', { values: { collection: 'default' } });
  const starting = { state: 'starting', what: 'the folder is being indexed' } as const;
  expect(whileStarting(missing, starting)).toMatchObject({
    code: 'not_ready',
    status: 503,
    retryable: true,
    retryAfterSeconds: 1,
  });
  expect(whileStarting(missing, { state: 'ready' })).toBe(missing);
  const other = new NaraeError('empty_question');
  expect(whileStarting(other, starting)).toBe(other);
});

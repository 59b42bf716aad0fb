import { expect, it } from 'vitest';
import type { StoredTurn } from '../api/types.js';
import { turnOf } from './stored-turns.js';

const STORED: StoredTurn = {
  ...{ sequence: 1, parent: 0, versions: [1], status: 'complete' },
  ...{ question: '연차는 며칠인가요?', answer: '25일입니다 [1].' },
};
const STORED_AT = '2026-01-01T00:00:00Z';

it.each([
  [{ outcome: 'hit', stored_at: STORED_AT }, STORED_AT],
  [{ outcome: 'stale', stored_at: STORED_AT }, STORED_AT],
  [{ outcome: 'joined' }, undefined],
  [null, undefined],
  [undefined, undefined],
])('tells a kept answer from a new one when it is read again: %o', (cache, keptSince) => {
  const stored: StoredTurn = { ...STORED, ...(cache !== undefined && { cache }) };
  expect(turnOf(stored).meta?.keptSince).toBe(keptSince);
});

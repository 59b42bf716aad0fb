import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from './suggest.js';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 6 });

test('the distance is a symmetric count that is zero for equal words only', () => {
  fc.assert(
    fc.property(word, word, (left, right) => {
      const distance = editDistance(left, right);
      expect(distance).toBe(editDistance(right, left));
      expect(distance === 0).toBe(left === right);
      expect(distance).toBeLessThanOrEqual(Math.max(left.length, right.length));
      expect(distance).toBeGreaterThanOrEqual(Math.abs(left.length - right.length));
    }),
  );
});

test('one slip costs one: a letter missing, added, wrong, or swapped with its neighbour', () => {
  for (const slip of ['por', 'portt', 'poet', 'prot']) expect(editDistance('port', slip)).toBe(1);
  expect(editDistance('port', 'host')).toBe(2);
});

test('the nearest name ignores case and separators, and far names are no suggestion', () => {
  expect(nearest('NARAE_BASEURL', ['NARAE_LLM_BASE_URL', 'NARAE_PORT', 'NARAE_BASE_URL'])).toBe(
    'NARAE_BASE_URL',
  );
  expect(nearest('server.bodylimit', ['server.bodyLimitBytes', 'server.port'])).toBe('server.bodyLimitBytes');
  expect(nearest('xyzzy', ['server.port', 'data.dir'])).toBeUndefined();
});

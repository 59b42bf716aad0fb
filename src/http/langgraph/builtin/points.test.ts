import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Point, parsePoint, printPoint } from './points.js';

const points: fc.Arbitrary<Point> = fc.oneof(
  fc.constant({ sequence: 0, phase: 'done' } as const),
  fc.record({
    sequence: fc.integer({ min: 1, max: 2 ** 20 }),
    phase: fc.constantFrom('asked' as const, 'done' as const),
  }),
);

test('ids give back their points, and sort as those came about', () => {
  fc.assert(
    fc.property(points, points, (left, right) => {
      expect(parsePoint(printPoint(left), 't')).toEqual(left);
      const place = ({ sequence, phase }: Point): number => sequence * 2 - (phase === 'asked' ? 1 : 0);
      expect(printPoint(left) < printPoint(right)).toBe(place(left) < place(right));
    }),
  );
});

test.each([
  '',
  'x',
  '00000000-0000-8000-8000-',
  '00000000-0000-8000-8000-00000000000g',
  '00000000-0000-8000-8000-00000000000F',
  '1f000000-0000-6000-8000-000000000001',
])('no thread has the checkpoint "%s"', (id) => {
  expect(() => parsePoint(id, 't')).toThrow(expect.objectContaining({ code: 'checkpoint_not_found' }));
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Candidate, fuseReciprocalRanks, fuseWeighted } from './fusion.js';

const score = fc.double({ min: -1, max: 50, noNaN: true });
const candidates: fc.Arbitrary<Candidate<number>[]> = fc
  .array(fc.tuple(score, score), { maxLength: 40 })
  .map((pairs) => pairs.map(([vector, keyword], id) => ({ id, vector, keyword })));
const weight = fc.double({ min: 0, max: 1, noNaN: true });

describe('fuseWeighted', () => {
  test('keeps every candidate once, best first, with scores from 0 to 1', () => {
    fc.assert(
      fc.property(candidates, weight, (all, vectorWeight) => {
        const fused = fuseWeighted(all, vectorWeight);
        expect(fused.map(({ id }) => id).sort((a, b) => a - b)).toEqual(all.map(({ id }) => id));
        fused.forEach(({ score: own }, at) => {
          expect(own).toBeGreaterThanOrEqual(0);
          expect(own).toBeLessThanOrEqual(1 + 1e-12);
          if (at > 0) expect(own).toBeLessThanOrEqual(fused[at - 1]!.score);
        });
      }),
    );
  });

  test('a candidate that is better in both eyes is never ranked below', () => {
    fc.assert(
      fc.property(candidates, weight, (all, vectorWeight) => {
        const scores = new Map(fuseWeighted(all, vectorWeight).map((each) => [each.id, each.score]));
        for (const a of all) {
          for (const b of all) {
            if (a.vector >= b.vector && a.keyword >= b.keyword)
              expect(scores.get(a.id)!).toBeGreaterThanOrEqual(scores.get(b.id)!);
          }
        }
      }),
    );
  });

  test('weight 0 is the keyword order, weight 1 the vector order; ties keep the given order', () => {
    const all = [
      { id: 'a', vector: 0.1, keyword: 9 },
      { id: 'b', vector: 0.9, keyword: 1 },
      { id: 'c', vector: 0.9, keyword: 1 },
    ];
    expect(fuseWeighted(all, 0).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(fuseWeighted(all, 1).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
  });

  test('a lone candidate has a score, unless nobody found it', () => {
    expect(fuseWeighted([{ id: 1, vector: 0.4, keyword: 2 }], 0.3)[0]!.score).toBe(1);
    expect(fuseWeighted([{ id: 1, vector: 0, keyword: 0 }], 0.3)[0]!.score).toBe(0);
    expect(fuseWeighted([], 0.3)).toEqual([]);
  });
});

describe('fuseReciprocalRanks', () => {
  test('is the sum of 1 / (60 + rank), scaled so that first in every list is 1', () => {
    const fused = fuseReciprocalRanks([
      ['a', 'b'],
      ['a', 'c', 'b'],
    ]);
    expect(fused.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(fused[0]!.score).toBe(1);
    expect(fused[1]!.score).toBeCloseTo((1 / 62 + 1 / 63) / (2 / 61), 12);
    expect(fuseReciprocalRanks([[], []])).toEqual([]);
  });
});

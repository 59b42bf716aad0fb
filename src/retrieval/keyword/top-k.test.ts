import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TopK } from './index.js';

test('keeps what sorting would keep, the earlier of equal scores', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), fc.integer({ min: 1, max: 30 }), (scores, k) => {
      const best = new TopK(k);
      scores.forEach((score, doc) => {
        best.offer(0, doc, score);
      });
      const sorted = scores
        .map((score, doc) => ({ segment: 0, doc, score }))
        .sort((a, b) => b.score - a.score || a.doc - b.doc);
      expect(best.take()).toEqual(sorted.slice(0, k));
    }),
  );
});

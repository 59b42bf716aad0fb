import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languageShares } from './language-shares.js';

describe('languageShares', () => {
  it('leaves out what is not there', () => {
    expect(languageShares({ ko: 402, en: 890, other: 0 })).toEqual([
      { name: 'ko', percent: 31 },
      { name: 'en', percent: 69 },
    ]);
    expect(languageShares({})).toEqual([]);
  });

  it('adds up to 100, with something for each language', () => {
    const count = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(count, count, count, (ko, en, other) => {
        const shares = languageShares({ ko, en, other });
        expect(shares.reduce((sum, { percent }) => sum + percent, 0)).toBe(100);
        for (const { percent } of shares) expect(percent).toBeGreaterThan(0);
      }),
    );
  });
});

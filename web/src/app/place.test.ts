import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPlace, parsePlace } from './place.js';

describe('a document’s address', () => {
  it('is read back as it was written', () => {
    const name = fc.string({ unit: fc.constantFrom('a', '나', '/', '&', '=', ' ', '%', '#'), minLength: 1 });
    fc.assert(
      fc.property(name, name, fc.nat(), fc.nat(), (collection, id, start, length) => {
        const place = { collection, id, passage: { start, end: start + length + 1 } };
        expect(parsePlace(formatPlace(place).slice(1))).toEqual(place);
      }),
    );
  });

  it.each(['', '?collection=a', '?document=b', '?collection=&document=b'])('is not in %j', (query) => {
    expect(parsePlace(query)).toBeUndefined();
  });

  it.each([
    'start=5',
    'start=5&end=5',
    'start=9&end=5',
    'start=-1&end=5',
    'start=x&end=y',
    'start=1e3&end=2e3',
  ])('opens without a passage for %s', (passage) => {
    expect(parsePlace(`?collection=a&document=b&${passage}`)).toEqual({ collection: 'a', id: 'b' });
  });
});

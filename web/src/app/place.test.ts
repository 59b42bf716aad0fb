import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPlace, parsePlace } from './place.js';

describe('the page’s address', () => {
  it('is read back as it was written', () => {
    const name = fc.string({ unit: fc.constantFrom('a', '나', '/', '&', '=', ' ', '%', '#'), minLength: 1 });
    fc.assert(
      fc.property(name, name, name, fc.nat(), fc.nat(), (thread, collection, id, start, length) => {
        const document = { collection, id, passage: { start, end: start + length + 1 } };
        for (const place of [{}, { thread }, { document }, { thread, document }])
          expect(parsePlace(formatPlace(place).slice(1))).toEqual(place);
      }),
    );
  });

  it('is the bare page for a new conversation', () => {
    expect(formatPlace({})).toBe('/');
  });

  it.each([
    '',
    '?collection=a',
    '?document=b',
    '?collection=&document=b',
    '?thread=',
  ])('names nothing in %j', (query) => {
    expect(parsePlace(query)).toEqual({});
  });

  it.each([
    'start=5',
    'start=5&end=5',
    'start=9&end=5',
    'start=-1&end=5',
    'start=x&end=y',
    'start=1e3&end=2e3',
  ])('opens a document without a passage for %s', (passage) => {
    const document = { collection: 'a', id: 'b' };
    expect(parsePlace(`?collection=a&document=b&${passage}`)).toEqual({ document });
  });
});

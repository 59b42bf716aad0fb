import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HalfCharacters } from './half-characters.js';

test('text that is cut anywhere comes out whole, and never ends in half a character', () => {
  const cuts = fc.array(fc.nat({ max: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), cuts, (text, at) => {
      const halves = new HalfCharacters();
      const ends = [...at, text.length].sort((a, b) => a - b);
      const pieces = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
      const out = pieces.map((piece) => halves.join('text', piece));
      expect(out.join('')).toBe(text);
      for (const piece of out) expect(Buffer.from(piece).toString()).toBe(piece);
    }),
    {
      examples: [
        ['😀', [1]],
        ['가😀나', [1, 2, 3]],
      ],
    },
  );
});

test('streams do not meet, and a half without its other one is left out', () => {
  const halves = new HalfCharacters();
  expect(halves.join('text', 'a\ud83d')).toBe('a');
  expect(halves.join('reasoning', '\ude00')).toBe('\ude00');
  expect(halves.join('text', '')).toBe('');
  expect(halves.join('text', 'b')).toBe('b');
  expect(halves.join('text', '\ude00')).toBe('\ude00');
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nastyText } from '../../test/support/nasty-text.js';
import { CitationFilter } from './citations.js';

function filtered(pieces: readonly string[], sources = 3): string {
  const filter = new CitationFilter(sources);
  return pieces.map((piece) => filter.push(piece)).join('') + filter.end();
}

describe('markers', () => {
  test.each([
    ['Seoul [1].', 'Seoul [1].'],
    ['Seoul[1][3].', 'Seoul[1][3].'],
    ['Seoul [9].', 'Seoul.'],
    ['Seoul [0].', 'Seoul.'],
    ['both [1, 2] and [2,9;3]', 'both [1][2] and [2][3]'],
    ['range [1-3], [2–9]', 'range [1][2][3], [2][3]'],
    ['서울입니다【1】. 부산［2］, 대구【3†guide.md】', '서울입니다[1]. 부산[2], 대구[3]'],
    ['gone [7][8] [9] here', 'gone here'],
    ['link [1](https://x.test) and [7](x)', 'link [1](https://x.test) and [7](x)'],
    ['in 2024 [2024] and [x] and [ ] and []', 'in 2024 [2024] and [x] and [ ] and []'],
    ['index arr[0] stays', 'index arr[0] stays'],
    ['code `a[7]` and ``b[8]`c`` out [7].', 'code `a[7]` and ``b[8]`c`` out.'],
    ['```js\nx[7]\n```\nout [7].', '```js\nx[7]\n```\nout.'],
    ['~~~\nx[7]\n\ny[8]\n~~~\nout [7].', '~~~\nx[7]\n\ny[8]\n~~~\nout.'],
    [
      '1. step\n   ```\n   x[7]\n\n   y[7]\n   ```\nout [7].',
      '1. step\n   ```\n   x[7]\n\n   y[7]\n   ```\nout.',
    ],
    ['```x[7]``` is inline, out [7].', '```x[7]``` is inline, out.'],
    ['a lone ` tick\n\nnew paragraph [7].', 'a lone ` tick\n\nnew paragraph.'],
    ['formula \\[7\\] and \\[ 7 \\]', 'formula \\[7\\] and \\[ 7 \\]'],
    ['open [1', 'open [1'],
    ['open [', 'open ['],
    ['ends [1]', 'ends [1]'],
  ])('%j becomes %j, also one character at a time', (text, expected) => {
    expect(filtered([text])).toBe(expected);
    expect(filtered([...text])).toBe(expected);
  });

  test('are remembered with their place in the text', () => {
    const filter = new CitationFilter(3);
    const text = filter.push('하나 [1, 9] 둘 [4] 셋 [3') + filter.push(']') + filter.end();
    expect(filter.citations.map(({ n, start, end }) => [n, text.slice(start, end)])).toEqual([
      [1, '[1]'],
      [3, '[3]'],
    ]);
    expect([...filter.cited]).toEqual([1, 3]);
  });

  test('without sources none is left', () => {
    expect(filtered(['a [1] b [2, 3]'], 0)).toBe('a b');
  });
});

const piece = fc.oneof(
  fc.constantFrom(
    '[1]',
    '[9]',
    ' [2, 3]',
    '【1】',
    '[',
    ']',
    '(',
    '`',
    '```',
    '~~~',
    '\n',
    '\n\n',
    ' ',
    '\\',
    'arr',
    '[0]',
    '-',
    '1',
    ',',
    '†',
    '> ',
    '1. ',
  ),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
  nastyText(4),
);

describe('any text', () => {
  test('comes out the same however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (pieces, places) => {
          const text = pieces.join('');
          const at = [...places.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
          const cut = at.map((end, index) => text.slice(index === 0 ? 0 : at[index - 1], end));
          expect(filtered(cut)).toBe(filtered([text]));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('is held back no longer than a marker', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const filter = new CitationFilter(0);
        filter.push(pieces.join(''));
        expect(filter.end().length).toBeLessThanOrEqual(40);
      }),
    );
  });
});

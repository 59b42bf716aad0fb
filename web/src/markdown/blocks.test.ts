import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBlocks } from './blocks.js';

describe('parseBlocks', () => {
  it('knows headings, paragraphs, rules and quotes', () => {
    expect(parseBlocks('## 설치 ##\n첫 줄\n둘째 줄\n\n---\n> 인용\n> 둘')).toEqual([
      { type: 'heading', level: 2, text: '설치' },
      { type: 'paragraph', text: '첫 줄\n둘째 줄' },
      { type: 'rule' },
      { type: 'quote', blocks: [{ type: 'paragraph', text: '인용\n둘' }] },
    ]);
  });

  it('keeps code as it is, and an open fence to the end while it streams', () => {
    expect(parseBlocks('```ts title="x"\n# no heading\n- no list\n```\nafter')).toEqual([
      { type: 'code', language: 'ts', text: '# no heading\n- no list' },
      { type: 'paragraph', text: 'after' },
    ]);
    expect(parseBlocks('````\n```\ninner\n```')).toEqual([
      { type: 'code', language: '', text: '```\ninner\n```' },
    ]);
  });

  it('nests lists and code in items, and counts from the first number', () => {
    const text = '3. one\n   - a\n   - b\n4. two\n\n   ```sh\n   npm start\n   ```\n\nafter';
    expect(parseBlocks(text)).toEqual([
      {
        type: 'list',
        ordered: true,
        start: 3,
        items: [
          [
            { type: 'paragraph', text: 'one' },
            {
              type: 'list',
              ordered: false,
              start: 1,
              items: [[{ type: 'paragraph', text: 'a' }], [{ type: 'paragraph', text: 'b' }]],
            },
          ],
          [
            { type: 'paragraph', text: 'two' },
            { type: 'code', language: 'sh', text: 'npm start' },
          ],
        ],
      },
      { type: 'paragraph', text: 'after' },
    ]);
  });

  it('reads tables with alignment, escaped pipes and short rows', () => {
    expect(parseBlocks('| 이름 | n |\n|:--|--:|\n| a \\| b | 1 |\n| c |\n\nafter')).toEqual([
      {
        type: 'table',
        align: ['left', 'right'],
        head: ['이름', 'n'],
        rows: [
          ['a | b', '1'],
          ['c', ''],
        ],
      },
      { type: 'paragraph', text: 'after' },
    ]);
  });

  it('takes no dash for a table and no year for a list', () => {
    expect(parseBlocks('a | b\nnot dashes')).toEqual([{ type: 'paragraph', text: 'a | b\nnot dashes' }]);
    expect(parseBlocks('2024.5 was good')).toEqual([{ type: 'paragraph', text: '2024.5 was good' }]);
  });

  it('reads anything, to the end, and loses no word', () => {
    const piece = fc.constantFrom(
      '# ',
      '- ',
      '1. ',
      '> ',
      '```',
      '| a | b |',
      '|--|--|',
      '\n',
      '  ',
      'word',
      '나래',
      '***',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const kept = JSON.stringify(parseBlocks(text));
        const outsideFences = !text.includes('```') && !text.includes('|');
        if (outsideFences) expect(count(kept, /나래/g)).toBe(count(text, /나래/g));
      }),
    );
  });

  it('bounds nesting', () => {
    expect(() => parseBlocks('> '.repeat(5_000))).not.toThrow();
    expect(() => parseBlocks('- '.repeat(5_000))).not.toThrow();
  });
});

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

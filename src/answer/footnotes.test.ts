import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Source } from '../llm/spec.js';
import { footnoteText, withoutFootnotes } from './footnotes.js';

const PLACE = { id: '', documentId: '', title: '', text: '', score: 1, position: { start: 0, end: 0 } };

function source(n: number, headings: readonly string[] = []): Source {
  return { ...PLACE, n, source: `guide-${n}.md`, headings };
}

describe('footnotes', () => {
  test.each([
    ['The plan [1].', [source(1)]],
    ['요금은 월 단위입니다 [2].\n\n두 번째 문단 [1].', [source(1, ['요금', '월간']), source(2)]],
  ])('come off the text that they were put behind: %s', (text, sources) => {
    const whole = text + footnoteText(sources, new Set(sources.map(({ n }) => n)));
    expect(whole).not.toBe(text);
    expect(withoutFootnotes(whole)).toBe(text);
    expect(withoutFootnotes(`${whole}\n `)).toBe(text);
  });

  test.each([
    ['a line above without a space between', 'Text\n[1] guide.md'],
    ['text below', 'Text\n\n[1] guide.md\nmore'],
    ['nothing above', '[1] guide.md'],
    ['a number without a name', 'Text\n\n[1]'],
    ['no list', 'Text [1]. \n'],
  ])('%s is no list of footnotes', (_, text) => {
    expect(withoutFootnotes(text)).toBe(text);
  });

  test('only the last list goes', () => {
    expect(withoutFootnotes('Text\n\n[1] a.md\n\n[2] b.md\n[3] c.md')).toBe('Text\n\n[1] a.md');
  });

  test('what a client sends for an earlier answer is read in linear time', () => {
    const hostile = `Text\n\n[1] a${' '.repeat(300_000)}\nb`;
    expect(withoutFootnotes(hostile)).toBe(hostile);
  });

  test('any text stays what it is up to its list', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(text.startsWith(withoutFootnotes(text))).toBe(true);
      }),
    );
  });
});

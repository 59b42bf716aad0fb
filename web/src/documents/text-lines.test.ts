import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutLines } from './text-lines.js';

const DOCUMENT = '# 환불\n\n환불은 14일 안에 됩니다.\n```\n# code\n```\n> 인용\n| a | b |\n끝';

describe('layoutLines', () => {
  it('shows the cited passage and the words in it', () => {
    const start = DOCUMENT.indexOf('환불은');
    const passage = { start, end: DOCUMENT.indexOf('```') };
    const lines = layoutLines(DOCUMENT, {
      mediaType: 'text/markdown',
      window: { start: 0, end: DOCUMENT.length },
      passage,
      marks: [{ start, end: start + 2 }],
    });
    expect(lines.map(({ kind }) => kind)).toEqual([
      'heading-1',
      'text',
      'text',
      'code',
      'code',
      'code',
      'quote',
      'table',
      'text',
    ]);
    expect(lines[2]?.pieces).toEqual([
      { start, text: '환불', cited: true, marked: true },
      { start: start + 2, text: '은 14일 안에 됩니다.', cited: true, marked: false },
    ]);
    expect(lines[0]?.pieces).toEqual([{ start: 0, text: '# 환불', cited: false, marked: false }]);
  });

  it('knows code by what stands before the window', () => {
    const start = DOCUMENT.indexOf('# code') + 2;
    const [line] = layoutLines(DOCUMENT, {
      mediaType: 'text/markdown',
      window: { start, end: start + 1 },
      marks: [],
    });
    expect(line).toMatchObject({ kind: 'code', pieces: [{ text: '# code' }] });
  });

  it('sets prose as prose and everything else as code', () => {
    const kindIn = (mediaType: string) =>
      layoutLines('# x', { mediaType, window: { start: 0, end: 3 }, marks: [] })[0]?.kind;
    expect(kindIn('application/pdf')).toBe('text');
    expect(kindIn('text/plain')).toBe('text');
    expect(kindIn('text/x-python')).toBe('code');
    expect(kindIn('application/json')).toBe('code');
  });

  it('keeps every character at its place, whatever the window, the passage and the marks', () => {
    const unit = fc.constantFrom('a', '나', '\n', ' ', '#', '`', '|', '😀');
    const range = (length: number) =>
      fc
        .tuple(fc.nat(length), fc.nat(length))
        .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
    const cases = fc
      .string({ unit, maxLength: 120 })
      .chain((text) =>
        fc.tuple(fc.constant(text), range(text.length), range(text.length), range(text.length)),
      );
    fc.assert(
      fc.property(cases, ([text, window, passage, mark]) => {
        const lines = layoutLines(text, { mediaType: 'text/markdown', window, passage, marks: [mark] });
        const first = lines[0]?.start ?? 0;
        const shown = lines.map(({ pieces }) => pieces.map((piece) => piece.text).join('')).join('\n');
        expect(shown).toBe(text.slice(first, first + shown.length));
        expect(first).toBeLessThanOrEqual(window.start);
        expect(first + shown.length + 1).toBeGreaterThanOrEqual(window.end);
        const cited = lines.flatMap(({ pieces }) => pieces.filter((piece) => piece.cited));
        const citedText = cited.map((piece) => piece.text).join('');
        expect(text.slice(passage.start, passage.end).replaceAll('\n', '')).toContain(citedText);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChunkInput } from '../../retrieval/spec.js';
import { type ChunkSettings, chunkText, countTokens, type TextStructure } from './index.js';

const SETTINGS: ChunkSettings = { chunkTokens: 512, chunkOverlapTokens: 50 };
const SMALL: ChunkSettings = { chunkTokens: 64, chunkOverlapTokens: 12 };

const english = 'The server keeps every answer with its sources. A reader can check them at once.';
const korean = '서버는 모든 답변을 출처와 함께 보관합니다. 읽는 사람은 바로 확인할 수 있습니다.';

const line = fc.oneof(
  fc.constantFrom(
    english,
    korean,
    `${english} ${korean}`,
    '- an item',
    '1. 첫째 항목',
    '```',
    '~~~',
    '| a | b |',
  ),
  fc.constantFrom('|---|---|', '# Title', '## 설치 { #install }', '### Deep', '======', '---', '', '', '\t'),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.nat({ max: 900 }).map((length) => '가나다abc'.repeat(length)),
);
const document = fc
  .array(line, { maxLength: 40 })
  .map((lines) => lines.join('\n').replace(/\p{Surrogate}/gu, '?'));
const structure = fc.constantFrom<TextStructure>('markdown', 'plain', 'code');

function coverage(text: string, chunks: readonly ChunkInput[]): Uint8Array {
  const covered = new Uint8Array(text.length);
  for (const { start, end } of chunks) covered.fill(1, start, end);
  return covered;
}

describe('chunkText', () => {
  it('covers every character that is not white space, with exact slices within the limit', () => {
    fc.assert(
      fc.property(document, structure, fc.constantFrom(SETTINGS, SMALL), (text, kind, settings) => {
        const chunks = chunkText(text, kind, settings);
        for (const chunk of chunks) {
          expect(text.slice(chunk.start, chunk.end)).toBe(chunk.text);
          expect(countTokens(chunk.text)).toBeLessThanOrEqual(settings.chunkTokens);
          expect(chunk.text.trim()).toBe(chunk.text);
        }
        const covered = coverage(text, chunks);
        const missed = [...text.matchAll(/\S/g)].filter(({ index }) => covered[index] !== 1);
        expect(missed).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same chunks for the same text, in order, overlapping at most as far as allowed', () => {
    fc.assert(
      fc.property(document, structure, (text, kind) => {
        const chunks = chunkText(text, kind, SMALL);
        expect(chunkText(text, kind, SMALL)).toEqual(chunks);
        for (const [index, chunk] of chunks.entries()) {
          const before = chunks[index - 1];
          if (!before) continue;
          expect(chunk.end).toBeGreaterThan(before.end);
          const overlap = text.slice(chunk.start, before.end);
          expect(countTokens(overlap)).toBeLessThanOrEqual(SMALL.chunkOverlapTokens + 2);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keeps every fence and table whole that fits in a chunk', () => {
    const prose = fc.array(fc.constantFrom(english, korean, '## 절', '# Part', ''), { maxLength: 12 });
    const code = fc.array(fc.constantFrom('const x = 1;', '', '# a comment', '    return 값'), {
      minLength: 1,
      maxLength: 30,
    });
    const table = fc
      .array(fc.constantFrom('| 이름 | 값 |', '| a | 12 |'), { minLength: 1, maxLength: 12 })
      .map((rows) => ['| k | v |', '| --- | --- |', ...rows].join('\n'));
    const fence = code.map((lines) => ['```ts', ...lines, '```'].join('\n'));
    fc.assert(
      fc.property(prose, fc.oneof(fence, table), prose, (before, whole, after) => {
        fc.pre(countTokens(whole) <= SMALL.chunkTokens);
        const text = [...before, '', whole, '', ...after].join('\n\n');
        const chunks = chunkText(text, 'markdown', SMALL);
        expect(chunks.some((chunk) => chunk.text.includes(whole))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('changes only the chunks near an edit', () => {
    const section = fc
      .array(fc.nat({ max: 9999 }), { minLength: 3, maxLength: 40 })
      .map((numbers) => numbers.map((n) => `Fact ${n} says so. 사실 ${n * 7}은 그렇다.`).join('\n\n'));
    fc.assert(
      fc.property(fc.array(section, { minLength: 8, maxLength: 16 }), fc.nat(), (bodies, seed) => {
        const at = seed % bodies.length;
        const build = (parts: readonly string[]) =>
          parts.map((body, index) => `## Part ${index}\n\n${body}`).join('\n\n');
        const edited = bodies.map((body, index) => (index === at ? `One new sentence. ${body}` : body));
        const old = new Set(chunkText(build(bodies), 'markdown', SETTINGS).map(({ hash }) => hash));
        const fresh = chunkText(build(edited), 'markdown', SETTINGS).filter(({ hash }) => !old.has(hash));
        expect(fresh.length).toBeGreaterThan(0);
        expect(fresh.length).toBeLessThanOrEqual(6);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the heading path and joins small sections', () => {
    const long = `${english} `.repeat(14).trim();
    const text = `# Guide\n\nIntro.\n\n## 설치 { #install }\n\n### Linux\n\n${long}\n\n### Other\n\n${long}\n\n## Use\n\n${long}\n`;
    const chunks = chunkText(text, 'markdown', { chunkTokens: 320, chunkOverlapTokens: 0 });
    expect(chunks.map(({ headings }) => headings)).toEqual([
      ['Guide'],
      ['Guide', '설치', 'Other'],
      ['Guide', 'Use'],
    ]);
    expect(chunks[0]?.text.startsWith('# Guide\n\nIntro.')).toBe(true);
  });

  it('does not take a comment in code, or a hash in plain text, for a heading', () => {
    const text = '# not a heading\n\nx = 1\n';
    expect(chunkText(text, 'code', SETTINGS)[0]?.headings).toEqual([]);
    expect(chunkText(`\`\`\`sh\n${text}\`\`\`\n`, 'markdown', SETTINGS)[0]?.headings).toEqual([]);
    expect(chunkText(text, 'markdown', SETTINGS)[0]?.headings).toEqual(['not a heading']);
  });

  it('cuts long text at sentences, in English and in Korean', () => {
    for (const sentence of [english, korean]) {
      const chunks = chunkText(`${sentence} `.repeat(60), 'plain', SETTINGS);
      expect(chunks.length).toBeGreaterThan(1);
      for (const { text } of chunks) expect(text).toMatch(/[.]$/);
    }
  });

  it('tells the language by script', () => {
    const [chunk] = chunkText(`${korean} FastAPI는 Starlette 위에 있습니다.`, 'markdown', SETTINGS);
    expect(chunk?.language).toBe('ko');
    expect(chunkText(english, 'plain', SETTINGS)[0]?.language).toBe('en');
    expect(chunkText('日本語の文書です', 'plain', SETTINGS)[0]?.language).toBe('other');
    expect(chunkText('1234', 'plain', SETTINGS)[0]?.language).toBe('other');
  });

  it('takes a row of dots of any length for one mark, in linear time', () => {
    const text = `Chapter one ${'.'.repeat(40_000)}12\nNo... really. Next one.`;
    const chunks = chunkText(text, 'plain', SETTINGS);
    expect(chunks.at(-1)?.text.endsWith('Next one.')).toBe(true);
  });

  it('takes control tokens, one huge line and thousands of blank lines for what they are: text', () => {
    const text = `<|endoftext|> ${'x'.repeat(300_000)}${'\n'.repeat(5_000)}${'끝'.repeat(2_000)}${' '.repeat(9_000)}.`;
    const chunks = chunkText(text, 'markdown', SETTINGS);
    for (const chunk of chunks) expect(countTokens(chunk.text)).toBeLessThanOrEqual(512);
    expect(chunks.at(-1)?.text.endsWith('.')).toBe(true);
  });
});

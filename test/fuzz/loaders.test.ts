import { Document, HeadingLevel, Packer, Paragraph } from 'docx';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { beforeAll, describe, expect, test } from 'vitest';
import { chunkText } from '../../dist/ingest/chunking/index.js';
import { loadDocument } from '../../dist/ingest/loaders/index.js';
import { koreanPdf } from '../support/korean-pdf.js';

const LIMITS = { maxUncompressedBytes: 4 * 1024 * 1024 };
const CHUNKS = { chunkTokens: 128, chunkOverlapTokens: 16 };
/** The codes with which a loader may refuse a file. */
const REFUSALS = ['file_malformed', 'file_unsafe'];
/** Longer than any of these files may take; a hang fails, a slow machine does not. */
const DEADLINE_MS = 60_000;

const HTML =
  '<html><title>제목</title><body><h1>A</h1><ul><li>하나</li></ul><table><tr><td>x</td><td>y</td></tr></table><pre>code</pre></body></html>';
const MDX =
  "---\ntitle: T\n---\nimport A from 'a';\n\n# 제목\n\n<Tabs a={{b: 'c'}}>x</Tabs>\n\n```js\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";

let seeds: Record<string, Uint8Array>;
beforeAll(async () => {
  const pdf = await PDFDocument.create();
  pdf
    .addPage([200, 200])
    .drawText('Some text in a file.', { font: await pdf.embedFont(StandardFonts.Helvetica) });
  const word = new Document({
    sections: [
      { children: [new Paragraph({ text: '제목', heading: HeadingLevel.HEADING_1 }), new Paragraph('본문')] },
    ],
  });
  seeds = {
    'a.pdf': await pdf.save(),
    'k.pdf': koreanPdf('한글 문서'),
    'a.docx': await Packer.toBuffer(word),
    'a.html': Buffer.from(HTML),
    'a.mdx': Buffer.from(MDX),
    'a.md': Buffer.from(MDX),
    'a.csv': iconv.encode('이름;값\n"가;나";1\n', 'cp949'),
    'a.json': Buffer.from('{"a":[{"b":1,"c":[1,2]},null],"d":"\\ud83d"}'),
    'a.ndjson': Buffer.from('{"a":1}\n{"b":[2]}\n'),
    'a.txt': iconv.encode('한글 text', 'utf-16le'),
    'a.py': Buffer.from('def f():\n    return "값"\n'),
  };
});

/** Reads and chunks; the only failures let through are a loader's refusals. */
async function survive(source: string, bytes: Uint8Array): Promise<void> {
  const startedMs = performance.now();
  try {
    const outcome = await loadDocument({ source, bytes }, LIMITS);
    if (outcome.kind === 'document') checkChunks(outcome.document);
  } catch (thrown) {
    expect(REFUSALS).toContain((thrown as { code?: string }).code);
  }
  expect(performance.now() - startedMs).toBeLessThan(DEADLINE_MS);
}

function checkChunks({ text, structure }: { text: string; structure: 'markdown' | 'plain' | 'code' }): void {
  expect(text).toBe(text.normalize('NFC'));
  expect(Buffer.from(text).toString()).toBe(text);
  for (const chunk of chunkText(text, structure, CHUNKS))
    expect(text.slice(chunk.start, chunk.end)).toBe(chunk.text);
}

type Edit =
  | { readonly kind: 'set' | 'insert'; readonly at: number; readonly byte: number }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('set' as const, 'insert' as const),
    at: fc.nat(),
    byte: fc.nat({ max: 255 }),
  }),
  fc.record({
    kind: fc.constantFrom('cut' as const, 'repeat' as const),
    at: fc.nat(),
    length: fc.nat({ max: 400 }),
  }),
);

function apply(bytes: Uint8Array, change: Edit): Uint8Array {
  const at = change.at % (bytes.length + 1);
  const before = bytes.subarray(0, at);
  switch (change.kind) {
    case 'set':
      return Buffer.concat([before, Buffer.of(change.byte), bytes.subarray(at + 1)]);
    case 'insert':
      return Buffer.concat([before, Buffer.of(change.byte), bytes.subarray(at)]);
    case 'cut':
      return Buffer.concat([before, bytes.subarray(at + change.length)]);
    case 'repeat':
      return Buffer.concat([before, bytes.subarray(at, at + change.length), bytes.subarray(at)]);
  }
}

describe('loaders', () => {
  const names = [
    'a.pdf',
    'k.pdf',
    'a.docx',
    'a.html',
    'a.mdx',
    'a.md',
    'a.csv',
    'a.json',
    'a.ndjson',
    'a.txt',
    'a.py',
  ];

  test.each(names)('survive damage to %s', async (name) => {
    await survive(name, seeds[name] as Uint8Array);
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) =>
        survive(name, edits.reduce(apply, seeds[name] as Uint8Array)),
      ),
      { numRuns: 150 },
    );
  });

  test('survive any bytes under any name', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc.string({ unit: 'binary', maxLength: 2000 }).map((text) => Buffer.from(text)),
    );
    await fc.assert(fc.asyncProperty(fc.constantFrom(...names, 'a', 'a.tsv', 'a.unknown'), bytes, survive), {
      numRuns: 500,
    });
  });

  test.each([
    ['open elements', 'a.html', '<div>'.repeat(200_000)],
    ['tables in tables', 'a.html', `<table>${'<tr><td><table>'.repeat(20_000)}`],
    ['spaces in pre', 'a.html', `<pre>${' '.repeat(500_000)}x`],
    ['open brackets', 'a.md', '[['.repeat(200_000)],
    ['aliases', 'a.md', `---\n${'a: &a [*a]\n'.repeat(2_000)}---\n`],
    ['heading marks', 'a.md', '# '.repeat(200_000)],
    ['bars', 'a.md', `${'|'.repeat(200_000)}\n|-|\n`],
    ['fences', 'a.md', '```\n'.repeat(100_001)],
    ['braces', 'a.mdx', '{'.repeat(300_000)],
    ['open tags', 'a.mdx', '<A '.repeat(100_000)],
    ['backticks', 'a.mdx', '`'.repeat(300_001)],
    ['lists in lists', 'a.json', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['objects in objects', 'a.json', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['an open quote', 'a.csv', `"${'a,'.repeat(300_000)}`],
    ['empty cells', 'a.csv', ','.repeat(300_000)],
    ['full stops', 'a.txt', '. '.repeat(300_000)],
    ['abbreviations', 'a.txt', 'e.g'.repeat(200_000)],
    ['one Korean word', 'a.txt', '가'.repeat(500_000)],
    ['newlines', 'a.txt', '\n'.repeat(500_000)],
    ['combining marks', 'a.txt', '\u0301'.repeat(300_000)],
  ])('read a file full of %s in good time', async (_what, name, text) => {
    await survive(name, Buffer.from(text));
  });
});

import { Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow } from 'docx';
import { strToU8, zipSync } from 'fflate';
import iconv from 'iconv-lite';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { koreanPdf } from '../../../test/support/korean-pdf.js';
import { type LoadedDocument, loadDocument } from './index.js';

const LIMITS = { maxUncompressedBytes: 4 * 1024 * 1024 };

async function load(source: string, content: string | Uint8Array): Promise<LoadedDocument> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const outcome = await loadDocument({ source, bytes }, LIMITS);
  if (outcome.kind === 'skipped') throw new Error(`skipped: ${outcome.reason}`);
  return outcome.document;
}

async function skipped(source: string, bytes: Uint8Array): Promise<string> {
  const outcome = await loadDocument({ source, bytes }, LIMITS);
  return outcome.kind === 'skipped' ? outcome.reason : 'loaded';
}

describe('text encodings', () => {
  const text = '제목\n\n한국어 문서입니다. 값은 100원이다.\n';

  it.each([
    ['utf-8', Buffer.from(text)],
    ['utf-8 with BOM', Buffer.from(`\ufeff${text}`)],
    ['utf-16le with BOM', iconv.encode(text, 'utf-16le', { addBOM: true })],
    ['utf-16be with BOM', iconv.encode(text, 'utf-16be', { addBOM: true })],
    ['utf-16le', iconv.encode(text, 'utf-16le')],
    ['utf-16be', iconv.encode(text, 'utf-16be')],
    ['cp949', iconv.encode(text, 'cp949')],
    ['decomposed Hangul with CRLF', Buffer.from(text.normalize('NFD').replaceAll('\n', '\r\n'))],
  ])('reads %s', async (_name, bytes) => {
    expect((await load('글.txt', bytes)).text).toBe(text);
  });

  it('reads the syllables that only CP949 has, and Latin-1', async () => {
    expect((await load('a.txt', iconv.encode('똠방각하 펲시콜라', 'cp949'))).text).toBe('똠방각하 펲시콜라');
    const latin = 'Señor Müller paid 5 £ für Ärger';
    expect((await load('a.txt', iconv.encode(latin, 'latin1'))).text).toBe(latin);
  });

  it('replaces what a database would change', async () => {
    const { text: loaded } = await load('a.json', '{"a": "x\\u0000y \\ud800 z"}');
    expect(loaded).toBe('a: x y \ufffd z');
  });
});

describe('Markdown and MDX', () => {
  it('takes front matter as title and flat metadata', async () => {
    const document = await load(
      'a.md',
      '---\ntitle: 시작하기\nyear: 2024\ndraft: false\ntags: [a, b]\nsource: x\nnested: {a: 1}\n---\n# Other\n\nBody.\n',
    );
    expect(document.title).toBe('시작하기');
    expect(document.metadata).toEqual({ year: 2024, draft: false });
    expect(document.text).toBe('# Other\n\nBody.\n');
  });

  it('leaves what is no front matter alone, and titles by heading or by name', async () => {
    const document = await load('dir/a.md', '---\nbad: [yaml\n---\n\n# 안내서 { #guide }\n');
    expect(document.text).toContain('bad: [yaml');
    expect(document.title).toBe('안내서');
    expect((await load('dir/노트.md'.normalize('NFD').normalize('NFC'), 'text')).title).toBe('노트.md');
  });

  it('strips imports, components and expressions from MDX but not from code', async () => {
    const mdx = [
      "import { Tabs } from './tabs';",
      'export const x = {',
      '  a: 1,',
      '};',
      '',
      '# Install',
      '',
      "<Tabs items={['npm', '<b>']} label=\"Package manager\">",
      '  <Tab title="npm">Run `npm i <Name>` now. {/* note */}</Tab>',
      '</Tabs>',
      '',
      '```jsx',
      "import x from 'y';",
      '<Tabs>{x}</Tabs>',
      '```',
      'A <em>word</em> {" "}stays.',
    ].join('\n');
    const { text } = await load('a.mdx', mdx);
    expect(text).not.toContain('export const');
    expect(text).not.toContain('<Tab title');
    expect(text).toMatch(/^# Install/);
    expect(text).toContain('Package manager');
    expect(text).toContain('npmRun `npm i <Name>` now.');
    expect(text).toContain("```jsx\nimport x from 'y';\n<Tabs>{x}</Tabs>\n```");
    expect(text).toContain('A <em>word</em>  stays.');
  });
});

describe('HTML', () => {
  it('keeps headings, lists, tables and code, and drops what is not content', async () => {
    const html = `<!doctype html><html><head><title>요금 &amp; 결제</title><meta name="description" content="About fees">
      <style>p{}</style></head><body><nav><a>Home</a></nav><header>Site</header>
      <main><h1>요금</h1><p>Fees are <b>low</b>.<br>Really.</p><ul><li>하나</li><li><p>둘</p><ol><li>inner</li></ol></li></ul>
      <table><tr><th>이름</th><th>값</th></tr><tr><td>a|b</td><td>1</td></tr></table>
      <pre><code># not a heading
x &lt; 1</code></pre><p># literal hash</p><p>${'Filler text. '.repeat(20)}</p></main>
      <script>alert(1)</script><footer>©</footer></body></html>`;
    const { text, title, metadata } = await load('a.html', html);
    expect(title).toBe('요금 & 결제');
    expect(metadata).toEqual({ description: 'About fees' });
    expect(text.split('\n\n').slice(0, 5)).toEqual([
      '# 요금',
      'Fees are low.\nReally.',
      '- 하나\n- 둘\n  1. inner',
      '| 이름 | 값 |\n| --- | --- |\n| a\\|b | 1 |',
      '```\n# not a heading\nx < 1\n```',
    ]);
    expect(text).toContain('\\# literal hash');
    for (const gone of ['Home', 'Site', 'alert', '©', 'p{}']) expect(text).not.toContain(gone);
  });

  it('recognises HTML in a text file and lays out tables within tables', async () => {
    const { text, mediaType } = await load(
      'a.txt',
      '<html><table><tr><td>밖<table><tr><td>a</td><td>b</td></tr></table></td><td>after</td></tr></table></html>',
    );
    expect(mediaType).toBe('text/html');
    expect(text).toContain('| a | b |');
    expect(text).toMatch(/^밖[\s\S]*after$/);
  });
});

describe('PDF', () => {
  it('reads title, headings by type size, and paragraphs', async () => {
    const pdf = await PDFDocument.create();
    pdf.setTitle('Annual report');
    const font = await pdf.embedFont(StandardFonts.Helvetica);
    for (const part of ['First', 'Second']) {
      const page = pdf.addPage([400, 400]);
      page.drawText(`${part} part`, { x: 20, y: 350, size: 24, font });
      page.drawText('The amount is 42 and this line is hyphen-', { x: 20, y: 310, size: 11, font });
      page.drawText('ated at its end.', { x: 20, y: 297, size: 11, font });
      page.drawText('A paragraph of its own.', { x: 20, y: 250, size: 11, font });
    }
    const document = await load('a.pdf', await pdf.save());
    expect(document.title).toBe('Annual report');
    expect(document.metadata).toEqual({ pages: 2 });
    expect(document.text).toBe(
      ['First', 'Second']
        .map(
          (part) =>
            `# ${part} part\n\nThe amount is 42 and this line is hyphenated at its end.\n\nA paragraph of its own.`,
        )
        .join('\n\n'),
    );
  });

  it('reads Korean text, whatever the name of the file', async () => {
    expect((await load('report.txt', koreanPdf('나래는 문서에 답합니다'))).text).toBe(
      '나래는 문서에 답합니다',
    );
  });

  it('says what is wrong with a broken one', async () => {
    await expect(load('a.pdf', '%PDF-1.7\nnothing here')).rejects.toMatchObject({ code: 'file_malformed' });
    await expect(load('a.pdf', 'plain text')).rejects.toMatchObject({ code: 'file_malformed' });
  });
});

describe('DOCX', () => {
  it('reads headings, tables, title and Korean', async () => {
    const cell = (text: string) => new TableCell({ children: [new Paragraph(text)] });
    const file = new Document({
      title: '분기 보고서',
      creator: 'Kim',
      sections: [
        {
          children: [
            new Paragraph({ text: '개요', heading: HeadingLevel.HEADING_1 }),
            new Paragraph('매출은 늘었다. Revenue grew.'),
            new Table({
              rows: [
                new TableRow({ children: [cell('분기'), cell('매출')] }),
                new TableRow({ children: [cell('1'), cell('100')] }),
              ],
            }),
          ],
        },
      ],
    });
    const document = await load('a.docx', await Packer.toBuffer(file));
    expect(document.title).toBe('분기 보고서');
    expect(document.metadata).toEqual({ author: 'Kim' });
    expect(document.text).toBe(
      '# 개요\n\n매출은 늘었다. Revenue grew.\n\n| 분기 | 매출 |\n| --- | --- |\n| 1 | 100 |',
    );
  });

  it('refuses zip bombs before unpacking them, also when the directory lies', async () => {
    const bomb = zipSync({ 'word/document.xml': new Uint8Array(8 * 1024 * 1024) });
    await expect(load('a.docx', bomb)).rejects.toMatchObject({ code: 'file_unsafe' });
    const ratio = zipSync({ 'word/document.xml': new Uint8Array(3 * 1024 * 1024) });
    await expect(load('a.docx', ratio)).rejects.toMatchObject({ code: 'file_unsafe' });
    const lying = bomb.slice();
    const directory = Buffer.from(lying.buffer).lastIndexOf(Buffer.from('PK\u0001\u0002'));
    new DataView(lying.buffer).setUint32(directory + 24, 1000, true);
    await expect(load('a.docx', lying)).rejects.toMatchObject({ code: 'file_unsafe' });
  });

  it('says what is wrong with a file that is no Word document', async () => {
    for (const bytes of [
      zipSync({ 'a.txt': strToU8('x') }),
      Buffer.from('text'),
      Buffer.from('PK\u0003\u0004'),
    ])
      await expect(load('a.docx', bytes)).rejects.toMatchObject({ code: 'file_malformed' });
  });
});

describe('tables and records', () => {
  it('turns rows into paragraphs that name their columns', async () => {
    const csv = '이름;도시;메모\n김나래;서울;"줄\n바꿈; ok"\n이솔;;\n';
    const document = await load('a.csv', iconv.encode(csv, 'cp949'));
    expect(document.text).toBe('이름: 김나래\n도시: 서울\n메모: 줄 바꿈; ok\n\n이름: 이솔');
    expect(document.metadata).toEqual({ rows: 2 });
    expect((await load('a.tsv', 'a\tb\n1\t2\n3\t4\t5\n')).text).toBe('a: 1\nb: 2\n\na: 3\nb: 4\ncolumn 3: 5');
    expect((await load('a.csv', '1,2\n3,4\n')).text).toBe(
      'column 1: 1\ncolumn 2: 2\n\ncolumn 1: 3\ncolumn 2: 4',
    );
  });

  it('flattens JSON to records', async () => {
    const json = {
      title: '목록',
      meta: { by: 'Kim', at: null },
      items: [
        { id: 1, tags: ['a', 'b'] },
        { id: 2, sub: { x: true } },
      ],
    };
    const document = await load('a.json', JSON.stringify(json));
    expect(document.title).toBe('목록');
    expect(document.text).toBe(
      'title: 목록\nmeta.by: Kim\n\nitems.id: 1\nitems.tags: a, b\n\nitems.id: 2\nitems.sub.x: true',
    );
  });

  it('reads JSON lines under either name, counts broken ones, and refuses what is not JSON', async () => {
    const lines = '{"q":"하나"}\n{broken\n\n{"q":"둘"}\n';
    for (const name of ['a.ndjson', 'a.jsonl', 'a.json']) {
      const document = await load(name, lines);
      expect(document.text).toBe('q: 하나\n\nq: 둘');
      expect(document.metadata).toEqual({ records: 2, skipped_lines: 1 });
    }
    await expect(load('a.json', '{"a": }')).rejects.toMatchObject({ code: 'file_malformed' });
  });

  it('keeps source code verbatim', async () => {
    const code = '# comment\n\n\n\ndef 함수():\n\treturn 1  \n';
    const document = await load('src/a.py', code);
    expect(document).toMatchObject({ text: code, structure: 'code', metadata: { code_language: 'python' } });
    expect((await load('Dockerfile', 'FROM node')).metadata).toEqual({ code_language: 'dockerfile' });
  });

  it.each([
    'constructor',
    '__proto__',
    'notes/Constructor',
  ])('takes a file named %s for text', async (name) => {
    expect(await load(name, 'Text')).toMatchObject({ structure: 'plain', mediaType: 'text/plain' });
  });
});

describe('what is not read', () => {
  it('tells binary, unsupported and empty files apart', async () => {
    expect(await skipped('a.txt', Buffer.from([1, 0, 2, 0, 0, 3]))).toBe('binary');
    expect(await skipped('a', zipSync({ x: strToU8('x') }))).toBe('binary');
    expect(await skipped('a.xlsx', zipSync({ 'xl/workbook.xml': strToU8('x') }))).toBe('unsupported');
    expect(await skipped('a.md', new Uint8Array())).toBe('empty');
    expect(await skipped('a.md', Buffer.from('\ufeff \n\t'))).toBe('empty');
    expect(await skipped('a.csv', Buffer.from('name,city\n'))).toBe('empty');
  });
});

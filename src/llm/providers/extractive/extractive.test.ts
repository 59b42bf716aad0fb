import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Source } from '../../spec.js';
import { readBlocks } from './blocks.js';
import { extract } from './index.js';
import { plainInline } from './inline.js';
import { splitSentences } from './sentences.js';

function source(n: number, text: string, extra: Partial<Source> = {}): Source {
  const place = { source: `doc-${n}.md`, title: `Doc ${n}`, headings: [`Doc ${n}`] };
  return {
    n,
    id: `c${n}`,
    documentId: `d${n}`,
    ...place,
    text,
    score: 1 / n,
    position: { start: 0, end: 1 },
    ...extra,
  };
}

function answer(question: string, passages: readonly Source[]): string {
  return extract({ question, passages, retrieval: 'done' }).join('');
}

describe('sentences', () => {
  test.each([
    ['One. Two! Three?', ['One.', 'Two!', 'Three?']],
    [
      'Use e.g. Redis. It costs 3.14 at Foo Inc. in the U.S. today.',
      ['Use e.g. Redis.', 'It costs 3.14 at Foo Inc. in the U.S. today.'],
    ],
    [
      '서버를 시작한다.그리고 질문한다. 되나요? 네!',
      ['서버를 시작한다.', '그리고 질문한다.', '되나요?', '네!'],
    ],
    ['Call `a. B()` now. Then stop.', ['Call `a. B()` now.', 'Then stop.']],
    ['그는 "간다."라고 말했다. 끝.', ['그는 "간다."라고 말했다.', '끝.']],
    ['文が終わる。次の文。', ['文が終わる。', '次の文。']],
    ['no stop at all', ['no stop at all']],
  ])('%j', (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences);
  });

  test('lose nothing but space', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'B', '.', '?', ' ', '다', '`', '1', '"', '。') }),
        (text) => {
          expect(splitSentences(text).join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        },
      ),
    );
  });
});

test('blocks keep fences and tables whole and drop what the passage cuts off', () => {
  const text =
    '# Title\n\nSome\ntext.\n\n- one\n  more\n- two\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```js\nx\n\ny\n```\n\n```py\ncut';
  expect(readBlocks(text)).toEqual([
    { kind: 'heading', text: 'Title' },
    { kind: 'paragraph', text: 'Some text.' },
    { kind: 'item', indent: 0, marker: '-', text: 'one more' },
    { kind: 'item', indent: 0, marker: '-', text: 'two' },
    { kind: 'table', text: '| a | b |\n| - | - |\n| 1 | 2 |' },
    { kind: 'code', text: '```js\nx\n\ny\n```' },
  ]);
});

test.each([
  ['blanks', `# ${' '.repeat(3_000)}\u2028x`, '\u2028x'],
  ['signs', `# ${'#'.repeat(100_000)}x`, `${'#'.repeat(100_000)}x`],
])('a heading of nothing but %s is read in one pass', (_, line, text) => {
  expect(readBlocks(line)).toEqual([{ kind: 'heading', text: text.trim() }]);
});

const HANDBOOK = [
  source(
    1,
    'Employees get 25 days of paid leave each year. The office in Busan opened in 2019 with 40 people.',
  ),
  source(
    2,
    '육아휴직은 최대 12개월까지 쓸 수 있다. 신청은 시작 30일 전에 인사팀에 한다. 구내식당은 11시 30분에 연다.',
  ),
  source(
    3,
    'To renew the certificate, run the command below:\n\n```sh\nvpn renew --days 90\n```\n\nThe printer is on floor 3.',
  ),
];

test.each([
  ['see [the `x` guide](a.md) and ![pic](b.png)', 'see the `x` guide and'],
  [
    '`[a](b)` **bold** *기울임*체 _so_ snake_case 2 * 3 * 4',
    '`[a](b)` bold 기울임체 so snake_case 2 * 3 * 4',
  ],
  ['known.[3][^4] <b>x</b><br>y { #anchor } &amp; z', 'known. x y & z'],
])('markup %j reads as %j', (markdown, plain) => {
  expect(plainInline(markdown)).toBe(plain);
});

describe('an answer', () => {
  test.each([
    ['How many days of paid leave do employees get?', '25 days of paid leave', '[1]'],
    ['When did the Busan office open?', 'opened in 2019', '[1]'],
    ['육아휴직은 몇 개월까지 쓸 수 있나요?', '12개월까지', '[2]'],
    ['육아휴직 신청은 언제까지 어디에 하나요?', '30일 전에 인사팀에', '[2]'],
    ['How do I renew the certificate?', 'vpn renew --days 90', '[3]'],
  ])('to "%s" quotes %j', (question, words, marker) => {
    const text = answer(question, HANDBOOK);
    expect(text).toContain(words);
    expect(text).toContain(marker);
    expect(text).not.toMatch(/printer|구내식당/);
  });

  test('is framed in the language of the question', () => {
    expect(answer('What is the paid leave?', HANDBOOK)).toMatch(/^Quoted from the documents:/);
    expect(answer('육아휴직이 뭐예요?', HANDBOOK)).toMatch(/^문서에서 그대로 옮긴/);
  });

  test.each([
    ['What is the capital of France?', 'I found nothing'],
    ['프랑스의 수도는 어디인가요?', '찾지 못했습니다'],
  ])('to "%s", which nothing answers, says so', (question, words) => {
    expect(answer(question, HANDBOOK)).toContain(words);
    expect(answer(question, [])).toContain(words);
  });

  test('groups by source, and quotes a sentence that two passages share once', () => {
    const shared = 'The deadline for the yearly report is 1 May.';
    const text = answer('What is the deadline for the report?', [
      source(1, `${shared} Ask finance for the report template.`),
      source(2, shared),
      source(3, 'A late report moves the deadline for the audit as well.'),
    ]);
    expect(text.split(shared)).toHaveLength(2);
    expect(text).toContain('**Doc 1**');
    expect(text).toContain('**Doc 3**');
  });

  test('takes reference numbers and markup out of what it quotes', () => {
    const text = answer('Who founded the **company**?', [
      source(1, 'The [company](https://x.test) was founded by **Kim Na-rae**.[12]'),
    ]);
    expect(text).toContain('The company was founded by Kim Na-rae. [1]');
  });

  test('quotes source code in a fence', () => {
    const text = answer('How does parseConfig read a file?', [
      source(1, 'function parseConfig(file) {\n  return read(file);\n}\n\nconst other = 1;', {
        source: 'src/config.ts',
      }),
    ]);
    expect(text).toContain('```ts\nfunction parseConfig(file) {\n  return read(file);\n}\n```');
    expect(text).not.toContain('other');
  });

  test('holds no word that is not in the passages or in its own framing, whatever they are', () => {
    const word = fc.constantFrom(
      'leave',
      '휴가',
      'days',
      '[7]',
      '`x`',
      '# h',
      '- i',
      '|',
      '\n',
      '```',
      '.',
      '25',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const text = words.join(' ');
        const framing =
          'Quoted from the documents: I found nothing in that answers this question. The closest sections are: Doc 1 [1] - ** › ```';
        for (const quoted of answer('leave days 휴가?', [source(1, text)]).split(/\s+/))
          expect(`${text} ${framing}`).toContain(quoted.replace(/^\[1\]$/, ''));
      }),
    );
  });
});

test('the question itself, shown as an example, is not quoted as its answer', () => {
  const passages = [
    source(1, 'Ask in the terminal: narae ask "How do I renew a certificate?" and read the answer.'),
    source(2, 'To renew a certificate, open Settings and choose Security. The new one is valid for a year.'),
  ];
  const text = extract({ question: 'How do I renew a certificate?', passages, retrieval: 'done' }).join('');
  expect(text).toContain('open Settings');
  expect(text).not.toContain('narae ask');
});

test('a sentence in the question’s language goes before one in another', () => {
  const passages = [
    source(1, 'VPN 인증서는 1년마다 갱신합니다. certificate renewal 안내를 보십시오.'),
    source(2, 'The VPN certificate is due for renewal every year.'),
  ];
  const text = extract({ question: 'VPN certificate renewal', passages, retrieval: 'done' }).join('');
  expect(text.indexOf('every year')).toBeGreaterThan(0);
  expect(text.indexOf('갱신')).not.toBeLessThan(text.indexOf('갱신') < 0 ? -1 : text.indexOf('every year'));
});

test('of a long table the rows that fit are quoted below its head', () => {
  const rows = Array.from({ length: 60 }, (_, index) => `| code-${index} | meaning of number ${index} |`);
  const table = [
    '| code | meaning |',
    '| --- | --- |',
    ...rows,
    '| E-4012 | the certificate has expired |',
  ].join('\n');
  const text = extract({
    question: 'What does E-4012 mean, certificate expired?',
    passages: [source(1, table)],
    retrieval: 'done',
  }).join('');
  expect(text).toContain('| code | meaning |\n| --- | --- |\n| E-4012 | the certificate has expired |');
  expect(text).not.toContain('code-7 ');
});

import { describe, expect, it } from 'vitest';
import { parseInline } from './inline.js';
import type { Inline } from './syntax.js';

const text = (value: string): Inline => ({ type: 'text', text: value });

describe('parseInline', () => {
  it('reads emphasis before a Korean particle', () => {
    expect(parseInline('**나래**는 *빠르다*.')).toEqual([
      { type: 'strong', children: [text('나래')] },
      text('는 '),
      { type: 'emphasis', children: [text('빠르다')] },
      text('.'),
    ]);
  });

  it('nests emphasis', () => {
    expect(parseInline('**a *b* c**')).toEqual([
      { type: 'strong', children: [text('a '), { type: 'emphasis', children: [text('b')] }, text(' c')] },
    ]);
    expect(parseInline('***both***')).toEqual([
      { type: 'strong', children: [{ type: 'emphasis', children: [text('both')] }] },
    ]);
  });

  it.each([
    'snake_case_name',
    '2 * 3 * 4',
    '**open',
    '`open',
    '[open',
    '5 ~~ 6',
    '<b>bold</b>',
    'a_b_',
  ])('leaves %s alone', (plain) => {
    expect(parseInline(plain)).toEqual([text(plain)]);
  });

  it('keeps marks inside code', () => {
    expect(parseInline('`a **b** [1]` and ``x ` y``')).toEqual([
      { type: 'code', text: 'a **b** [1]' },
      text(' and '),
      { type: 'code', text: 'x ` y' },
    ]);
  });

  it('turns markers into citations, single, joined and listed', () => {
    expect(parseInline('그렇다[1][2]. So [3, 4]')).toEqual([
      text('그렇다'),
      { type: 'citation', n: 1 },
      { type: 'citation', n: 2 },
      text('. So '),
      { type: 'citation', n: 3 },
      { type: 'citation', n: 4 },
    ]);
  });

  it('reads links, also with brackets and titles', () => {
    expect(parseInline('[1](https://a.b/c_(d)) [x [y]](/rel "t")')).toEqual([
      { type: 'link', href: 'https://a.b/c_(d)', children: [text('1')] },
      text(' '),
      { type: 'link', href: '/rel', children: [text('x [y]')] },
    ]);
  });

  it('ends a bare address before punctuation and before Hangul', () => {
    expect(parseInline('(https://narae.dev/a?b=1)를 보라. http://x.kr에서.')).toEqual([
      text('('),
      { type: 'link', href: 'https://narae.dev/a?b=1', children: [text('https://narae.dev/a?b=1')] },
      text(')를 보라. '),
      { type: 'link', href: 'http://x.kr', children: [text('http://x.kr')] },
      text('에서.'),
    ]);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//evil.example',
    '/\\evil.example',
    '\u0001javascript:x',
  ])('drops the target %s and keeps the text', (target) => {
    expect(JSON.stringify(parseInline(`[click](${target})`))).not.toContain('"link"');
  });

  it('takes escapes literally', () => {
    expect(parseInline('\\*not\\* \\[1\\]')).toEqual(
      ['*', 'not', '*', ' ', '[', '1', ']'].map((part) => text(part)),
    );
  });

  it('reads long runs of marks in reasonable time', () => {
    for (const mark of ['*', '_', '`', '[', '~', '**a', '[a](', '*a _b ']) parseInline(mark.repeat(3_000));
  });
});

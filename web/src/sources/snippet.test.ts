import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../markdown/plain-text.js';
import { makeSnippet } from './snippet.js';

describe('makeSnippet', () => {
  it('shows the part where the question’s words stand', () => {
    const passage = `${'Nothing to see here. '.repeat(60)}The refund window is 14 days. ${'More text. '.repeat(60)}`;
    const snippet = makeSnippet('How long is the refund window?', passage);
    expect(snippet.text).toMatch(/^… .*refund window is 14 days.* …$/);
    expect(snippet.text.length).toBeLessThan(280);
    expect(snippet.marks.map(({ start, end }) => snippet.text.slice(start, end))).toEqual([
      'refund',
      'window',
    ]);
  });

  it('shows a short passage whole', () => {
    expect(makeSnippet('없는 말', '짧은 대목입니다.')).toEqual({ text: '짧은 대목입니다.', marks: [] });
  });

  it('takes the marks of Markdown away', () => {
    const markdown = '## 설치\n\n```sh\nnpm start\n```\n- **한** [줄](/x)\n\n| a | b |\n|---|:-:|\n| 1 | 2 |';
    expect(plainText(markdown)).toBe('설치 npm start 한 줄 a b 1 2');
  });

  it('keeps every mark on a word of the question, wherever the passage is cut', () => {
    const word = fc.constantFrom('refund', '환불은', 'x', 'window', '긴', 'lorem', '서버에서');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 200 }), (words) => {
        const { text, marks } = makeSnippet('환불 서버 refund', words.join(' '));
        for (const { start, end } of marks) expect(text.slice(start, end)).toMatch(/^(환불은?|서버|refund)$/);
      }),
    );
  });
});

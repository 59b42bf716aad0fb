import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { Markdown } from './markdown.js';

function draw(text: string): string {
  const renderCitation = (n: number) => (n === 1 ? createElement('b', null, n) : undefined);
  return renderToStaticMarkup(createElement(Markdown, { text, renderCitation }));
}

it('draws text, lists and tables, with chips only for sources that exist', () => {
  expect(draw('**나래**는 빠르다 [1][9]')).toBe('<p><strong>나래</strong>는 빠르다 <b>1</b>[9]</p>');
  expect(draw('1. a\n2. b')).toBe('<ol start="1"><li>a</li><li>b</li></ol>');
  expect(draw('|a|b|\n|-|-:|\n|1|2|')).toContain('<th>a</th><th class="align-right">b</th>');
});

it('puts the headings of an answer below the question’s', () => {
  expect(draw('# 하나\n## 둘\n###### 여섯')).toBe('<h3>하나</h3><h4>둘</h4><h5>여섯</h5>');
});

it('never lets HTML or an unsafe link through', () => {
  const markup = draw('<img src=x onerror=alert(1)> [x](javascript:alert(1)) [y](https://a.b/?q="><script>)');
  expect(markup).not.toMatch(/<(?!\/?(?:p|a)\b)|javascript:/);
  expect(draw('[나래](https://narae.dev)')).toContain(
    '<a href="https://narae.dev" target="_blank" rel="noopener noreferrer">나래</a>',
  );
});

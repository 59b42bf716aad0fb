import { expect, test } from 'vitest';
import { parseBlocks } from './blocks.js';
import { parseInline } from './inline.js';
import { plainText } from './plain-text.js';

/** With expressions that try every way to read a line, each of these takes minutes. */
const LENGTH = 50_000;

test.each([
  ['a heading with a gap', `# a${' '.repeat(LENGTH)}b`, 'heading'],
  ['what is nearly a fence', `${'~'.repeat(LENGTH)}\``, 'paragraph'],
  ['what is nearly a table', `a|b\n-|${' '.repeat(LENGTH)}x`, 'paragraph'],
])('%s is one block, however long', (_, markdown, type) => {
  expect(parseBlocks(markdown)).toMatchObject([{ type }]);
});

test('runs of backticks without a partner are text', () => {
  const text = Array.from({ length: 300 }, (_, at) => '`'.repeat(at + 1)).join(' ');
  const nodes = parseInline(text);
  expect(nodes.map((node) => (node.type === 'text' ? node.text : node.type)).join('')).toBe(text);
});

test('drawn tables and blank lines of a passage cost no more than other text', () => {
  expect(plainText(`${'-'.repeat(LENGTH)}+x`)).toBe(`${'-'.repeat(LENGTH)}+x`);
  expect(plainText(`표${'\n'.repeat(LENGTH)}끝`)).toBe('표 끝');
  expect(plainText(`제목\n${'-'.repeat(LENGTH)}\n| - | :--: |\n본문`)).toBe('제목 본문');
});

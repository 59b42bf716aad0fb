import fc from 'fast-check';
import { countTokens as countBpe } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, it } from 'vitest';
import { countTokens } from './index.js';

const exact = (text: string) => countBpe(text, { disallowedSpecial: new Set() });

it('counts what the encoding counts', () => {
  const part = fc.oneof(
    fc.constantFrom(
      ' ',
      '  ',
      '\n',
      '\n\n',
      '\t',
      '\r\n',
      '\u00a0',
      '.',
      "it's",
      'don’t',
      '12345',
      '<|endoftext|>',
    ),
    fc.constantFrom(
      '안녕하세요',
      '나래는',
      'Kubernetes',
      'camelCase',
      '日本語',
      '👩‍👩‍👧',
      '```ts',
      '| a | b |',
      '!?',
      '//',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const text = fc.array(part, { maxLength: 60 }).map((parts) =>
    parts
      .join('')
      .replace(/\p{Surrogate}/gu, '?')
      .replace(/[\r\n][\s/]*\//g, '\n'),
  );
  fc.assert(
    fc.property(text, (value) => {
      fc.pre(!/\S{200}|\s{200}/.test(value));
      expect(countTokens(value)).toBe(exact(value));
    }),
    { numRuns: 1000 },
  );
});

it('stays linear, and near, in text without white space', () => {
  const run = 'abcdefghij'.repeat(20_000);
  expect(countTokens(run)).toBeGreaterThan(10_000);
  expect(countTokens(`${' '.repeat(100_000)}x`)).toBeGreaterThan(100);
});

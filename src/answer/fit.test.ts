import { expect, test } from 'vitest';
import { tokenBudget } from './fit.js';
import { defaultAnswerOptions } from './options.js';

const OPTIONS = { ...defaultAnswerOptions, passageTokenLimit: 100_000, historyTokenLimit: 100_000 };

function used(space: { maxOutputTokens?: number; contextWindowTokens?: number }): number {
  const { contextWindowTokens, maxOutputTokens } = space;
  const { passages, history } = tokenBudget(
    { contextWindowTokens, maxOutputTokens, fixedTokens: 300 },
    OPTIONS,
  );
  return Math.round(passages + history + 300);
}

test.each([
  ['an answer of the length that the request states', { maxOutputTokens: 3_000 }, 8_192 - 3_000],
  ['no more than half of the window for it', { maxOutputTokens: 8_000 }, 4_096],
  ['some tokens where nobody states one', {}, 8_192 - 1_024],
])('the prompt leaves room for %s', (_, space, tokens) => {
  expect(used({ contextWindowTokens: 8_192, ...space })).toBe(tokens);
});

test('a small window is left a quarter for the answer, and one of unknown size bounds nothing', () => {
  expect(used({ contextWindowTokens: 2_000 })).toBe(1_500);
  expect(used({ maxOutputTokens: 50_000 })).toBe(200_300);
});

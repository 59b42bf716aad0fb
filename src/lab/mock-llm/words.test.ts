import { expect, test } from 'vitest';
import { languageOf } from './words.js';

const PASSAGE = 'BEGIN PASSAGE [1]\n# 휴가 규정\n병가는 10일입니다.\nEND PASSAGE [1]\n\n';

test.each([
  ['How many days of sick leave?', 'en'],
  ['병가는 며칠인가요?\n', 'ko'],
  [`${PASSAGE}Question: How many days of sick leave?`, 'en'],
  [`Leave is 10 days.\n\nQuestion: 병가는 며칠인가요?`, 'ko'],
])('%j is answered in %s', (question, language) => {
  expect(languageOf(question)).toBe(language);
});

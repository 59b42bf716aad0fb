import { expect, it } from 'vitest';
import { inLanguageFirst } from './example-order.js';

it('shows questions in the reader’s language first, and keeps their order', () => {
  const questions = ['What is new?', '“Leave”에 대해 알려 주세요', 'Who pays?', '누가 내나요?'];
  expect(inLanguageFirst(questions, 'ko')).toEqual([questions[1], questions[3], questions[0], questions[2]]);
  expect(inLanguageFirst(questions, 'en')).toEqual([questions[0], questions[2], questions[1], questions[3]]);
  expect(inLanguageFirst([], 'en')).toEqual([]);
});

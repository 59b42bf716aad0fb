import { describe, expect, it } from 'vitest';
import { oneLine, refusalWords } from './failure-words.js';

describe('the words of a failure', () => {
  it.each([
    ['{"error":{"message":"모르는 키입니다","code":401}}', '모르는 키입니다'],
    ['{"error":"overloaded"}', 'overloaded'],
    ['{"message":"no such route"}', 'no such route'],
    ['{"detail":"?"}', '{"detail":"?"}'],
    ['<h1>Bad gateway</h1>', '<h1>Bad gateway</h1>'],
    ['null', 'null'],
    [' ', 'without a word'],
  ])('of %j are %j', (body, words) => {
    expect(refusalWords(body)).toBe(words);
  });

  it('cannot steer a terminal', () => {
    expect(oneLine('\u001b[31mred\u0007\r\n  two\u009b2J')).toBe('[31mred two 2J');
    expect(oneLine('가'.repeat(500))).toHaveLength(300);
  });
});

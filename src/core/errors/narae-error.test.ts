import { describe, expect, test } from 'vitest';
import { NaraeError } from './narae-error.js';

describe('a message', () => {
  const failed = (reason: string): string =>
    new NaraeError('llm_failed', { values: { upstreamStatus: 500, reason } }).message;

  test('holds the values in their places', () => {
    expect(failed('no memory')).toContain('(status 500): no memory. Try again;');
    expect(new NaraeError('llm_failed').message).toContain('(status {upstreamStatus}): {reason}. Try');
  });

  test('has one full stop where the words of another server bring theirs', () => {
    expect(failed('Out of memory.')).toContain('(status 500): Out of memory. Try again;');
    expect(failed('메모리가 모자랍니다.')).toContain('메모리가 모자랍니다. Try again;');
  });
});

import { describe, expect, it } from 'vitest';
import { isSendKey } from './send-key.js';
import { nextSpeech } from './speakable.js';

describe('isSendKey', () => {
  const enter = { key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13 };

  it('sends on Enter only', () => {
    expect(isSendKey(enter)).toBe(true);
    expect(isSendKey({ ...enter, shiftKey: true })).toBe(false);
    expect(isSendKey({ ...enter, key: 'a', keyCode: 65 })).toBe(false);
  });

  it('never sends the Enter that ends a Korean syllable', () => {
    expect(isSendKey({ ...enter, isComposing: true })).toBe(false);
    expect(isSendKey({ ...enter, keyCode: 229 })).toBe(false);
  });
});

describe('nextSpeech', () => {
  it('says whole sentences, each once, and the rest at the end', () => {
    const sentence = '나래는 **폴더**를 읽고 질문에 답하며 근거를 함께 보여 준다 [1]. ';
    const answer = `${sentence.repeat(8)}끝나지 않은`;
    const first = nextSpeech(answer, 0, false);
    expect(first.speech).toMatch(/^나래는 폴더를 읽고 .*준다\.$/);
    expect(first.length).toBe(sentence.length * 8);
    expect(nextSpeech(answer, first.length, false)).toEqual({ speech: '', length: first.length });
    expect(nextSpeech(answer, first.length, true)).toEqual({ speech: '끝나지 않은', length: answer.length });
  });

  it('waits for more than a word', () => {
    expect(nextSpeech('Yes. ', 0, false).speech).toBe('');
  });
});

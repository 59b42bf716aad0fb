import { describe, expect, it } from 'vitest';
import { abortReason, deriveSignal } from './abort.js';
import { Cancellation } from './cancellation.js';

describe('a cancellation', () => {
  it('is heard once, in order, by those who listen then, as an AbortSignal is', () => {
    for (const make of [lightPair, nodePair]) {
      const { signal, abort } = make();
      const heard: string[] = [];
      const third = (): void => void heard.push('third');
      const once = (): void => void heard.push('once');
      signal.addEventListener('abort', () => {
        heard.push('first');
        signal.removeEventListener('abort', third);
      });
      signal.addEventListener('abort', once, { once: true });
      signal.addEventListener('abort', once, { once: true });
      signal.addEventListener('abort', third, { once: true });
      expect(signal.aborted).toBe(false);
      abort(new Error('enough'));
      abort(new Error('again'));
      signal.addEventListener('abort', () => heard.push('after'), { once: true });
      expect(heard).toEqual(['first', 'once']);
      expect(signal).toMatchObject({ aborted: true, reason: { message: 'enough' } });
    }
  });

  it('without a reason counts as aborted, and passes on to an AbortSignal', () => {
    const cancellation = new Cancellation();
    using derived = deriveSignal(cancellation);
    cancellation.abort();
    expect(derived.signal.aborted).toBe(true);
    expect(abortReason(cancellation).code).toBe('aborted');
  });
});

function lightPair() {
  const signal = new Cancellation();
  return { signal, abort: (reason: Error) => signal.abort(reason) };
}

function nodePair() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: Error) => controller.abort(reason) };
}

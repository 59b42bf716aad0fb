import { describe, expect, it } from 'vitest';
import { abortReason, deriveSignal } from './abort.js';
import { Cancellation, DerivedCancellation } from './cancellation.js';

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

  it('has one AbortSignal, which follows it whenever it was asked for', () => {
    for (const isEarly of [true, false]) {
      const cancellation = new Cancellation();
      if (isEarly) expect(cancellation.abortSignal.aborted).toBe(false);
      const reason = new Error('enough');
      cancellation.abort(reason);
      expect(cancellation.abortSignal).toMatchObject({ aborted: true, reason });
      expect(cancellation.abortSignal).toBe(cancellation.abortSignal);
    }
  });
});

describe('a derived cancellation', () => {
  it.each([
    ['a Cancellation', lightPair] as const,
    ['an AbortSignal', nodePair] as const,
  ])('follows %s until it is let go of, and never leads it', (_, make) => {
    const [early, late, kept, left] = [make(), make(), make(), make()];
    const reason = new Error('enough');
    early.abort(reason);
    expect(new DerivedCancellation(early.signal)).toMatchObject({ aborted: true, reason });
    const follower = new DerivedCancellation(late.signal);
    late.abort(reason);
    expect(follower).toMatchObject({ aborted: true, reason });
    new DerivedCancellation(kept.signal).abort(reason);
    expect(kept.signal.aborted).toBe(false);
    const gone = new DerivedCancellation(left.signal);
    gone.dispose();
    left.abort(reason);
    expect(gone.aborted).toBe(false);
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

import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { untilAborted } from './abort.js';
import { NaraeError } from './errors/index.js';

describe('work until an abort', () => {
  it('settles as the work does, and leaves no listener', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error('fault')), signal)).rejects.toThrow('fault');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('rejects with the reason at once, and discards what comes late', async () => {
    const controller = new AbortController();
    const discarded: number[] = [];
    let finish: (value: number) => void = () => {};
    const work = new Promise<number>((resolve) => {
      finish = resolve;
    });
    const waiting = untilAborted(work, controller.signal, (late) => discarded.push(late));
    controller.abort(new NaraeError('closing'));
    await expect(waiting).rejects.toMatchObject({ code: 'closing' });
    finish(7);
    await work;
    expect(discarded).toEqual([7]);
    const late = untilAborted(Promise.resolve(8), controller.signal, (value) => discarded.push(value));
    await expect(late).rejects.toMatchObject({ code: 'closing' });
    expect(discarded).toEqual([7, 8]);
  });

  it('discards a value that came in the same moment as the abort', async () => {
    const controller = new AbortController();
    const discarded: number[] = [];
    const waiting = untilAborted(Promise.resolve(9), controller.signal, (late) => discarded.push(late));
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    expect(discarded).toEqual([9]);
  });
});

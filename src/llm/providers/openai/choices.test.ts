import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LlmPart } from '../../spec.js';
import { OpenAiDecoder } from './decoder.js';

const upstream = { host: 'upstream' };

function chunk(index: number, delta: object, finish: string | null = null, extra: object = {}): string {
  return JSON.stringify({ choices: [{ index, delta, finish_reason: finish, ...extra }] });
}

function decode(asked: number, events: readonly string[]) {
  const decoder = new OpenAiDecoder(upstream, asked);
  const parts: LlmPart[] = [];
  const finishes = events.map((data) => {
    decoder.read({ event: '', data }, parts);
    return decoder.finish;
  });
  return { parts, finishes, decoder };
}

function textOf(parts: readonly LlmPart[], choice: number): string {
  return parts
    .flatMap((part) => (part.type === 'text-delta' && (part.choice ?? 0) === choice ? [part.text] : []))
    .join('');
}

const answers = fc.array(fc.array(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 6 }), {
  minLength: 2,
  maxLength: 5,
});

describe('several answers in one stream', () => {
  test('are told apart however their events are mixed, and are over with the last of them', () => {
    fc.assert(
      fc.property(answers, fc.infiniteStream(fc.nat()), (texts, chance) => {
        const waiting = texts.map((pieces, index) => [
          ...pieces.map((content) => chunk(index, { content })),
          chunk(index, {}, index === 0 ? 'length' : 'stop'),
        ]);
        const events: string[] = [];
        while (waiting.some((queue) => queue.length > 0)) {
          const open = waiting.filter((queue) => queue.length > 0);
          events.push(open[(chance.next().value as number) % open.length]?.shift() as string);
        }
        const { parts, finishes } = decode(texts.length, events);
        for (const [index, pieces] of texts.entries()) expect(textOf(parts, index)).toBe(pieces.join(''));
        expect(finishes.slice(0, -1).every((finish) => finish === undefined)).toBe(true);
        expect(finishes.at(-1)).toBe('length');
        const ends = parts.flatMap((part) => (part.type === 'choice-end' ? [part.choice] : []));
        expect(ends.sort()).toEqual(texts.map((_, index) => index).slice(1));
      }),
    );
  });

  test('fewer than asked for are complete when the server says that nothing follows, not before', () => {
    const events = [chunk(0, { content: 'a' }), chunk(0, {}, 'stop'), '[DONE]'];
    expect(decode(3, events).finishes).toEqual([undefined, undefined, 'stop']);
  });

  test('one that never ended leaves the stream broken, [DONE] or not', () => {
    const events = [chunk(0, {}, 'stop'), chunk(1, { content: 'half' }), '[DONE]'];
    expect(decode(2, events).finishes.at(-1)).toBeUndefined();
  });

  test('numbers that nobody asked for are left alone', () => {
    const strange = [chunk(7, { content: 'x' }), chunk(-1, { content: 'x' }), chunk(0.5, { content: 'x' })];
    expect(decode(2, strange).parts).toEqual([]);
  });

  test('a whole body gives them all', () => {
    const decoder = new OpenAiDecoder(upstream, 2);
    const parts: LlmPart[] = [];
    const message = (content: string) => ({ role: 'assistant', content });
    decoder.readWhole(
      {
        choices: [
          { index: 0, message: message('one'), finish_reason: 'stop' },
          { index: 1, message: message('둘'), finish_reason: 'length' },
        ],
      },
      parts,
    );
    expect([textOf(parts, 0), textOf(parts, 1), decoder.finish]).toEqual(['one', '둘', 'stop']);
  });
});

describe('one answer', () => {
  test('carries no number, whatever number the server gives it', () => {
    const { parts, decoder } = decode(1, [chunk(3, { content: 'a' }), chunk(3, { content: 'b' }, 'stop')]);
    expect(parts).toEqual([{ type: 'text-delta', text: 'ab' }]);
    expect(decoder.finish).toBe('stop');
  });

  test('keeps what is said about its tokens beside the text that it is said of', () => {
    const logprobs = (token: string) => ({ content: [{ token, logprob: -0.1, top_logprobs: [] }] });
    const events = [
      chunk(0, { content: 'a' }, null, { logprobs: logprobs('a') }),
      chunk(0, { content: 'b' }, null, { logprobs: logprobs('b') }),
      chunk(0, { content: 'c' }),
      chunk(0, { content: '' }, 'stop', { logprobs: { content: [] } }),
    ];
    expect(decode(1, events).parts).toEqual([
      { type: 'text-delta', text: 'a', logprobs: logprobs('a') },
      { type: 'text-delta', text: 'b', logprobs: logprobs('b') },
      { type: 'text-delta', text: 'c' },
      { type: 'text-delta', text: '', logprobs: { content: [] } },
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wholeStream } from '../../../test/support/fake-upstream.js';
import { NaraeError } from '../../core/index.js';
import { OpenAiDecoder } from '../providers/openai/decoder.js';
import type { LlmPart } from '../spec.js';
import { ReplyReader } from './reply-reader.js';

function read(pieces: readonly Uint8Array[]): { parts: LlmPart[]; finish: string | undefined } {
  const decoder = new OpenAiDecoder({ host: 'upstream' });
  const reader = new ReplyReader(decoder);
  const parts = pieces.flatMap((piece) => reader.push(Buffer.from(piece)));
  parts.push(...reader.end());
  return { parts, finish: decoder.finish };
}

function textOf(parts: readonly LlmPart[]): string {
  return parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
}

const WORDS = ['나래는 ', 'answers ', '\n\n', '{"json"}', '🪽', 'data: x'];
const STREAM = Buffer.from(wholeStream(WORDS));
const WHOLE = Buffer.from(
  JSON.stringify({ choices: [{ message: { content: WORDS.join('') }, finish_reason: 'stop' }] }),
);

describe.each([
  ['an event stream', STREAM],
  ['a JSON answer', WHOLE],
])('%s', (_, bytes) => {
  test('gives the same text however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (places) => {
        const at = [0, ...places.sort((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(textOf(read(pieces).parts)).toBe(WORDS.join(''));
      }),
    );
  });

  test('that ends early never looks complete: it is whole, or it is broken', () => {
    const finishAt = bytes.indexOf('"finish_reason":"stop"') + '"finish_reason":"stop"'.length;
    for (let length = 0; length < finishAt; length++)
      expect(() => read([bytes.subarray(0, length)])).toThrow('before it was complete');
  });
});

test('damaged bytes give parts or an llm error, nothing else', () => {
  const damage = fc.array(fc.tuple(fc.nat(STREAM.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(damage, (places) => {
      const bytes = Buffer.from(STREAM);
      for (const [at, value] of places) bytes[at] = value;
      try {
        expect(read([bytes]).finish).toBeDefined();
      } catch (error) {
        expect(error).toBeInstanceOf(NaraeError);
        expect((error as NaraeError).code).toMatch(/^llm_/);
      }
    }),
    { numRuns: 500 },
  );
});

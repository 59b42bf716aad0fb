import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nastyText } from '../../../test/support/nasty-text.js';
import { NaraeError } from '../../core/index.js';
import { type SseEvent, SseParser } from './sse-parser.js';

function parse(pieces: readonly Buffer[], limit?: number): SseEvent[] {
  const parser = new SseParser(limit);
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const line = fc.oneof(
  fc
    .oneof(fc.string({ unit: 'grapheme' }), nastyText())
    .map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
  fc.constantFrom(
    '',
    ': ping',
    'event: error',
    'data',
    'data:[DONE]',
    'id: 7',
    'retry: 1',
    'data: 한국어 답변',
  ),
);
const stream = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n')))
  .map((lines) => Buffer.from(lines.map(([text, end]) => text + end).join('')));

describe('SseParser', () => {
  test('gives the same events however the bytes are cut', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat()), (bytes, places) => {
        expect(parse(cut(bytes, places))).toEqual(parse([bytes]));
      }),
    );
  });

  test('gives the same events with LF, CR and CRLF', () => {
    const text = 'event: a\ndata: one\ndata: 둘\n\n: comment\n\ndata:three\n\n';
    const expected = [
      { event: 'a', data: 'one\n둘' },
      { event: '', data: 'three' },
    ];
    for (const end of ['\n', '\r', '\r\n'])
      expect(parse([Buffer.from(text.replaceAll('\n', end))])).toEqual(expected);
  });

  test('drops a byte order mark and tells the event that the last line left open', () => {
    expect(parse([Buffer.from('\uFEFFdata: x')])).toEqual([{ event: '', data: 'x' }]);
  });

  test('survives any bytes, throwing nothing but llm_malformed', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (pieces) => {
        try {
          parse(
            pieces.map((piece) => Buffer.from(piece)),
            64,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(NaraeError);
          expect((error as NaraeError).code).toBe('llm_malformed');
        }
      }),
    );
  });

  test('takes an event up to the limit, however it is cut', () => {
    const event = Buffer.from(`data: ${'x'.repeat(58)}\n\n`);
    const halves = [event.subarray(0, 40), event.subarray(40)];
    for (const pieces of [[event], halves]) expect(parse(pieces, 64)).toHaveLength(1);
    expect(parse([Buffer.from('data: xxxxxxxx\n'.repeat(5))], 64)).toHaveLength(1);
  });

  test('refuses an event over the limit, in one line and in many', () => {
    expect(() => parse([Buffer.from(`data: ${'x'.repeat(100)}`)], 64)).toThrow('one event over 64');
    expect(() => parse([Buffer.from('data: xxxxxxxxxx\n'.repeat(10))], 64)).toThrow('one event over 64');
  });
});

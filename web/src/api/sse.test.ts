import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SseEvent, SseParser } from './sse.js';

function parseEvents(pieces: readonly string[]): SseEvent[] {
  const parser = new SseParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

function parse(pieces: readonly string[]): string[] {
  return parseEvents(pieces).map(({ data }) => data);
}

describe('SseParser', () => {
  it('passes over comments and other fields, and joins data lines', () => {
    const stream = ': heartbeat\n\nevent: x\nid: 7\ndata: one\ndata:two\ndata\n\ndata: [DONE]\n\n';
    expect(parse([stream])).toEqual(['one\ntwo\n', '[DONE]']);
  });

  it('gives each event the id that stands with it', () => {
    const stream = 'id: 7\ndata: one\n\ndata: two\n\nid: 8\n\nid:9\ndata: three\n\n';
    expect(parseEvents([stream])).toEqual([
      { data: 'one', id: '7' },
      { data: 'two', id: undefined },
      { data: 'three', id: '9' },
    ]);
  });

  it('holds back an event that is not complete', () => {
    expect(parse(['data: half\n'])).toEqual([]);
    expect(parse(['data: half\n', '\n'])).toEqual(['half']);
  });

  it('passes over a byte order mark', () => {
    expect(parse(['\uFEFFdata: 나래\n\n'])).toEqual(['나래']);
  });

  it('reads the same events wherever the stream is cut and whatever ends its lines', () => {
    const payload = fc.string({ unit: fc.constantFrom('a', ' ', ':', '나', '래', '{', '"', '😀') });
    fc.assert(
      fc.property(
        fc.array(payload, { maxLength: 8 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(200), { maxLength: 12 }),
        (payloads, newline, cuts) => {
          const end = newline === '\r' ? '\r:\n' : '';
          const text = payloads.map((data) => `data: ${data}${newline}${newline}`).join('') + end;
          expect(parse(cutAt(text, cuts))).toEqual(payloads);
        },
      ),
    );
  });

  it('refuses an event that never ends', () => {
    const parser = new SseParser();
    const megabyte = 'x'.repeat(1_000_000);
    expect(() => {
      for (let count = 0; count < 20; count++) parser.push(megabyte);
    }).toThrow(RangeError);
  });
});

function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((place, index) => text.slice(places[index], place));
}

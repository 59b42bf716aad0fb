import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamScanner, type StreamSign } from './scanner.js';

function scan(text: string, cutAt: readonly number[] = []): StreamSign[] {
  const signs: StreamSign[] = [];
  const scanner = new StreamScanner((sign) => signs.push(sign));
  const bytes = Buffer.from(text);
  const cuts = [...cutAt].sort((a, b) => a - b).map((at) => Math.min(at, bytes.byteLength));
  [0, ...cuts].forEach((from, index) => {
    scanner.push(bytes.subarray(from, cuts[index] ?? bytes.byteLength));
  });
  return signs;
}

function chunk(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":12}}\n\n';
const STREAM = [
  ': ping\n\n',
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning_content: '음' }),
  chunk({ content: '안녕 "content":"" "finish_reason":"stop" data: [DONE]\n\n' }),
  chunk({ content: 'hello' }).replaceAll('\n', '\r\n'),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '{' } }] }),
  'data: {"choices": [{"delta": {"content": "spaced"}, "finish_reason": null}]}\n\n',
  'event: ping\ndata: {}\n\n',
  'data: {"choices":[]}\n\n',
  chunk({}, 'stop'),
  USAGE,
  'data: [DONE]\n\n',
].join('');
const SIGNS: StreamSign[] = [
  ...Array.from({ length: 5 }, () => ({ kind: 'content' }) as const),
  { kind: 'finish' },
  { kind: 'usage', completionTokens: 12 },
  { kind: 'done' },
];

describe('StreamScanner', () => {
  it('reads a stream the same, wherever it is cut', () => {
    expect(scan(STREAM)).toEqual(SIGNS);
    const length = Buffer.byteLength(STREAM);
    for (let at = 0; at <= length; at++) expect(scan(STREAM, [at])).toEqual(SIGNS);
    expect(
      scan(
        STREAM,
        Array.from({ length }, (_, at) => at),
      ),
    ).toEqual(SIGNS);
  });

  it.each([
    ['carriage returns', STREAM.replaceAll('\r\n', '\n').replaceAll('\n', '\r')],
    ['CRLF', STREAM.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${chunk({ content: '처음' })}${STREAM.slice(STREAM.indexOf('\n\n') + 2)}`],
  ])('reads a stream with %s the same, wherever it is cut', (kind, stream) => {
    const signs = kind === 'a byte order mark' ? [{ kind: 'content' }, ...SIGNS] : SIGNS;
    for (let at = 0; at <= Buffer.byteLength(stream); at++) expect(scan(stream, [at])).toEqual(signs);
  });

  it('hears of an event as soon as its carriage return has come', () => {
    expect(scan('data: [DONE]\r')).toEqual([{ kind: 'done' }]);
  });

  it('counts the same content as a full parse, for any text', () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 20 });
    fc.assert(
      fc.property(texts, fc.array(fc.nat(2000), { maxLength: 20 }), (contents, cuts) => {
        const signs = scan(contents.map((content) => chunk({ content })).join(''), cuts);
        expect(signs).toHaveLength(contents.filter((text) => text !== '').length);
      }),
    );
  });

  it('sees a finish that comes with the last text', () => {
    expect(scan(chunk({ content: 'end' }, 'stop'))).toEqual([{ kind: 'content' }, { kind: 'finish' }]);
  });

  it.each([
    ['data: {"error":{"message":"fell over","code":500}}\n\n', { kind: 'error', message: 'fell over' }],
    ['data: {"error":"plain"}\n\n', { kind: 'error', message: 'plain' }],
    ['data: {"choices":[{]}\n\n', { kind: 'malformed' }],
    ['data: <html>\n\n', { kind: 'malformed' }],
    ['data: 7\n\n', { kind: 'malformed' }],
  ])('takes %j for what it is', (text, sign) => {
    expect(scan(text)).toEqual([expect.objectContaining(sign)]);
  });

  it('gives up on an event without end, once', () => {
    const signs: StreamSign[] = [];
    const scanner = new StreamScanner((sign) => signs.push(sign));
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    for (let count = 0; count < 40; count++) scanner.push(megabyte);
    expect(signs).toEqual([{ kind: 'malformed', message: expect.stringContaining('bytes') }]);
  });
});

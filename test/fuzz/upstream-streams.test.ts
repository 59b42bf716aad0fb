import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnthropicDecoder } from '../../dist/llm/providers/anthropic/decoder.js';
import { OpenAiDecoder } from '../../dist/llm/providers/openai/decoder.js';
import { ReplyReader } from '../../dist/llm/upstream/reply-reader.js';
import { type RecordedStream, type Said, STREAM_CORPUS, said } from '../support/stream-corpus.js';

const DECODERS = { openai: OpenAiDecoder, anthropic: AnthropicDecoder };

function read({ dialect }: RecordedStream, pieces: readonly Buffer[]): Said {
  const decoder = new DECODERS[dialect]({ host: 'upstream' });
  const reader = new ReplyReader(decoder);
  const parts = pieces.flatMap((piece) => reader.push(piece));
  return said([...parts, ...reader.end()], decoder);
}

/** Lengths and places are shares of the stream, so that each mutation fits any stream. */
const share = fc.double({ min: 0, max: 1, noNaN: true });
const span = fc.tuple(share, fc.nat(80));
const junk = fc.oneof(
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(
      '\n\n',
      '\r',
      'data: ',
      'data: [DONE]\n\n',
      'data: null\n\n',
      'data: {"error":{"message":"나쁨","code":429}}\n\n',
      'event: error\n',
      '{"choices":[{"delta":{"tool_calls":[{"index":1e9}]}}]}',
      '\u0000',
      '\uFEFF',
      '"finish_reason":7',
      '[[[[[[[[',
      '\ud83d',
    )
    .map((text) => Buffer.from(text)),
);

type Mutation = (bytes: Buffer) => Buffer;
const cutOut: fc.Arbitrary<Mutation> = span.map(([at, length]) => (bytes) => {
  const from = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
});
const repeat: fc.Arbitrary<Mutation> = span.map(([at, length]) => (bytes) => {
  const from = Math.floor(at * bytes.length);
  const twice = bytes.subarray(from, from + length);
  return Buffer.concat([bytes.subarray(0, from), twice, twice, bytes.subarray(from + length)]);
});
const insert: fc.Arbitrary<Mutation> = fc.tuple(share, junk).map(([at, extra]) => (bytes) => {
  const from = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, from), extra, bytes.subarray(from)]);
});
const flip: fc.Arbitrary<Mutation> = fc.tuple(share, fc.nat(255)).map(([at, value]) => (bytes) => {
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[Math.floor(at * (changed.length - 1))] = value;
  return changed;
});
const truncate: fc.Arbitrary<Mutation> = share.map(
  (at) => (bytes) => bytes.subarray(0, Math.floor(at * bytes.length)),
);

const stream = fc.constantFrom(...STREAM_CORPUS);
const mutations = fc.array(fc.oneof(cutOut, repeat, insert, flip, truncate), { minLength: 1, maxLength: 6 });
const cuts = fc.array(share, { maxLength: 12 });

function pieces(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b)];
  return at.map((from, index) => bytes.subarray(from, at[index + 1] ?? bytes.length));
}

/** What was read, or the code of the failure. Anything but a failure from the table comes through. */
function outcome(from: RecordedStream, parts: readonly Buffer[]): Said | string {
  try {
    return read(from, parts);
  } catch (error) {
    const { name, code } = error as { name: string; code?: string };
    expect([name, code]).toEqual(['NaraeError', expect.stringMatching(/^(llm_|overloaded$)/)]);
    return String(code);
  }
}

test('damaged streams end in a finish or in a failure from the table, however they are cut', () => {
  fc.assert(
    fc.property(stream, mutations, cuts, (original, changes, places) => {
      const bytes = changes.reduce((sofar, change) => change(sofar), original.bytes);
      const whole = outcome(original, [bytes]);
      if (typeof whole === 'object') expect(whole.finish).toBeDefined();
      expect(outcome(original, pieces(bytes, places))).toEqual(whole);
    }),
    { numRuns: 3000 },
  );
});

test('a stream that was cut never ends in a clean finish with less than it had to say', () => {
  fc.assert(
    fc.property(stream, share, cuts, (original, at, places) => {
      const bytes = original.bytes.subarray(0, Math.floor(at * original.bytes.length));
      const found = outcome(original, pieces(bytes, places));
      if (typeof found === 'string') expect(found).toBe('llm_stream_broken');
      else expect({ ...found, usage: original.says.usage }).toEqual(original.says);
    }),
    { numRuns: 2000 },
  );
});

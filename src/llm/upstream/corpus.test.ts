import { describe, expect, test } from 'vitest';
import { type RecordedStream, type Said, STREAM_CORPUS, said } from '../../../test/support/stream-corpus.js';
import { NaraeError } from '../../core/index.js';
import { AnthropicDecoder } from '../providers/anthropic/decoder.js';
import { OpenAiDecoder } from '../providers/openai/decoder.js';
import { ReplyReader } from './reply-reader.js';

const DECODERS = { openai: OpenAiDecoder, anthropic: AnthropicDecoder };

function read({ dialect }: RecordedStream, pieces: readonly Buffer[]): Said {
  const decoder = new DECODERS[dialect]({ host: 'upstream' });
  const reader = new ReplyReader(decoder);
  const parts = pieces.flatMap((piece) => reader.push(piece));
  return said([...parts, ...reader.end()], decoder);
}

describe.each(STREAM_CORPUS.map((stream) => [stream.name, stream] as const))('%s', (_, stream) => {
  const { bytes, says } = stream;

  test('says what it says, whole and byte by byte', () => {
    expect(read(stream, [bytes])).toEqual(says);
    expect(
      read(
        stream,
        Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)),
      ),
    ).toEqual(says);
  });

  test('says the same, cut at any byte', () => {
    const wrong: number[] = [];
    const expected = JSON.stringify(says);
    for (let at = 1; at < bytes.length; at++) {
      const found = read(stream, [bytes.subarray(0, at), bytes.subarray(at)]);
      if (JSON.stringify(found) !== expected) wrong.push(at);
    }
    expect(wrong).toEqual([]);
  });

  test('that ends at any byte is broken, or has said all but its usage', () => {
    const { usage: _usage, ...content } = says;
    for (let length = 0; length < bytes.length; length++) {
      try {
        expect(read(stream, [bytes.subarray(0, length)])).toMatchObject(content);
      } catch (error) {
        if (!(error instanceof NaraeError)) throw error;
        expect(error.code).toBe('llm_stream_broken');
      }
    }
  });
});

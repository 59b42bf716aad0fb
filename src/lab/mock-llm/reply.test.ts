import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NaraeError } from '../../core/index.js';
import { readChatCall } from './call.js';
import { anthropicDialect, openAiDialect } from './dialects/index.js';
import { embed, readEmbeddingCall } from './embeddings.js';
import { FAULTS } from './faults/index.js';
import { readModelName } from './model-name.js';
import { checkOptions } from './options.js';
import { Replies } from './reply.js';
import { buildScript, type Script } from './script.js';

/** The body that the chunks of a script carry. Fails on wrong framing. */
function bodyOf({ bytes }: Script): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    expect(length).toBeGreaterThan(0);
    pieces.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 4 + length;
    expect(bytes.toString('latin1', at - 2, at)).toBe('\r\n');
  }
  return Buffer.concat(pieces);
}

describe('scripts', () => {
  it('carry their frames, however they are cut, and know where each ends', () => {
    const frames = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 20 });
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 5 }), (texts, size) => {
        const script = buildScript(texts, 'end', (frame) =>
          Array.from({ length: Math.ceil(frame.byteLength / size) }, (_, at) =>
            frame.subarray(at * size, (at + 1) * size),
          ),
        );
        expect(bodyOf(script)).toEqual(Buffer.from(texts.join('')));
        texts.forEach((_, index) => {
          const upTo = { ...script, bytes: script.bytes.subarray(0, script.ends[index]) };
          expect(bodyOf(upTo)).toEqual(Buffer.from(texts.slice(0, index + 1).join('')));
        });
      }),
    );
  });
});

describe('replies', () => {
  const replies = new Replies(checkOptions({ tokens: 20 }));
  const call = (model: string, stream: boolean, content = 'hello') =>
    readChatCall({ model, stream, messages: [{ role: 'user', content }] });

  it.each(Object.keys(FAULTS))('%s gives the same reply to the same call, in both dialects', (model) => {
    for (const dialect of [openAiDialect, anthropicDialect])
      for (const stream of [true, false]) {
        const first = replies.chat(call(model, stream), dialect, 1);
        const fresh = new Replies(checkOptions({ tokens: 20 })).chat(call(model, stream), dialect, 1);
        if (first.kind !== 'played' || fresh.kind !== 'played') expect(fresh).toEqual(first);
        else expect(bodyOf(fresh.script).equals(bodyOf(first.script))).toBe(true);
      }
  });

  it('keeps apart what differs', () => {
    const bodies = new Set(
      [
        call('mock', true),
        call('mock', false),
        call('mock', true, '안녕'),
        call('mock', true, 'with passages [1] and [2], many more words'),
        call('mock:tokens=3', true),
        readChatCall({ model: 'mock', stream: true, max_tokens: 2, messages: [] }),
        readChatCall({ model: 'mock', stream: true, stream_options: { include_usage: true }, messages: [] }),
      ].map((asked) => {
        const reply = replies.chat(asked, openAiDialect, 1);
        return reply.kind === 'played' ? bodyOf(reply.script).toString() : reply.kind;
      }),
    );
    expect(bodies.size).toBe(7);
  });

  it('reads any JSON, or refuses it with its field', () => {
    const model = fc.constantFrom('mock', 'mock:tokens=2', 'mock-x');
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({ model, messages: fc.jsonValue(), input: fc.jsonValue(), tools: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(body, (value) => {
        for (const read of [
          () => replies.chat(readChatCall(value), openAiDialect, 1),
          () => readEmbeddingCall(value, 8),
        ])
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(NaraeError);
            expect((error as NaraeError).field).toBeDefined();
          }
      }),
    );
  });
});

describe('model names', () => {
  it('keep colons that begin no settings', () => {
    for (const name of ['llama3:8b', 'mock', 'a:b:c', 'x:']) expect(readModelName(name).base).toBe(name);
    expect(readModelName('mock-cut:tokens=3,token_ms=20')).toEqual({
      base: 'mock-cut',
      settings: { tokens: 3, tokenMs: 20 },
    });
  });
});

describe('embeddings', () => {
  it('have length 1, and depend on the text alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 300 }), (text, dimensions) => {
        const vector = embed(text, dimensions);
        expect(vector).toHaveLength(dimensions);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
        expect(embed(text, dimensions)).toEqual(vector);
      }),
    );
  });
});

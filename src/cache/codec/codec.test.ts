import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from './codec.js';

const noPrototype = (value: unknown): boolean => !JSON.stringify(value)?.includes('__proto__');

const plain = fc.jsonValue({ maxDepth: 4 }).filter(noPrototype);
const bytes = fc.uint8Array({ maxLength: 4_000 }).map((array) => Buffer.from(array));
const vector = fc.float32Array({ maxLength: 600, noNaN: true });
const text = fc.array(fc.constantFrom('나래 ', 'wing ', '비밀번호를 ', '42 ', '🪽'), { maxLength: 900 });
const value = fc.oneof(
  plain,
  bytes,
  vector,
  fc.record({ text: text.map((words) => words.join('')), vector, bytes, plain }),
);
const cost = fc.option(fc.record({ llmCalls: fc.nat(), tokens: fc.nat() }), { nil: undefined });

describe('the codec', () => {
  it('gives back what was written, Buffers and vectors included', () => {
    fc.assert(
      fc.property(value, fc.array(fc.string()), cost, (written, tags, paid) => {
        const content = { value: written, tags, cost: paid };
        expect(decode(encode(content, 3), 3)).toEqual(withoutMinusZero(content));
      }),
    );
  });

  it('packs what shrinks, and only that', () => {
    const wordy = encode({ value: '나래는 문서에 답합니다. '.repeat(500), tags: [], cost: undefined }, 1);
    expect(wordy.length).toBeLessThan(1_000);
    const random = Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * n * 7919 + n * 31) % 251));
    const noise = encode({ value: random, tags: [], cost: undefined }, 1);
    expect(noise[1] === 0 ? noise.length > 5_000 : noise.length < 4_500).toBe(true);
  });

  it('reads nothing of another version', () => {
    const body = encode({ value: 1, tags: [], cost: undefined }, 1);
    expect(decode(body, 2)).toBeUndefined();
    expect(decode(Buffer.concat([Buffer.of(9), body.subarray(1)]), 1)).toBeUndefined();
  });

  it('finds every cut and every flipped bit', () => {
    const content = { value: { text: '나래 narae '.repeat(200) }, tags: ['a'], cost: undefined };
    const body = encode(content, 1);
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.nat(7), (at, bit) => {
        expect(decode(body.subarray(0, at), 1)).toBeUndefined();
        const flipped = Buffer.from(body);
        flipped[at] = (flipped[at] as number) ^ (1 << bit);
        expect(decode(flipped, 1)).toBeUndefined();
      }),
    );
  });

  it('never throws, whatever it is given, though the checksum fits', () => {
    const forged = fc.tuple(fc.nat(4), fc.nat(4), fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(forged, ([format, compression, rest]) => {
        const head = Buffer.of(format, compression, 1, 0);
        const sum = Buffer.alloc(4);
        sum.writeUInt32LE(crc32(rest, head.readUInt32LE()));
        decode(Buffer.concat([head, sum, rest]), 1);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** msgpack has one zero among integers. */
function withoutMinusZero(part: unknown): unknown {
  if (Object.is(part, -0)) return 0;
  if (Array.isArray(part)) return part.map(withoutMinusZero);
  if (part === null || typeof part !== 'object' || ArrayBuffer.isView(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, withoutMinusZero(inner)]));
}

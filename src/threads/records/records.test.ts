import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendToPath,
  decodeRecord,
  encodeRecord,
  lastOfPath,
  parsePath,
  pathFrom,
  pathIncludes,
  pathLength,
  pathOf,
  pathUpTo,
  pathWithout,
  printPath,
  UnreadableRecord,
} from './index.js';

const sequences = fc
  .uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 })
  .map((all) => all.sort((a, b) => a - b));

describe('a path', () => {
  it('is what the list of its turns is', () => {
    fc.assert(
      fc.property(sequences, fc.nat(61), fc.nat(45), (list, at, count) => {
        const path = pathOf(list);
        const back = (part: typeof path): number[] => lastOfPath(part, 1_000).reverse();
        expect(back(parsePath(printPath(path)))).toEqual(list);
        expect(pathLength(path)).toBe(list.length);
        expect(pathIncludes(path, at)).toBe(list.includes(at));
        expect(back(pathUpTo(path, at))).toEqual(list.filter((turn) => turn <= at));
        expect(back(pathFrom(path, at))).toEqual(list.filter((turn) => turn >= at));
        expect(back(pathWithout(path, at))).toEqual(list.filter((turn) => turn !== at));
        expect(back(appendToPath(path, 61))).toEqual([...list, 61]);
        const last = count === 0 ? [] : list.filter((turn) => turn < at).slice(-count);
        expect(lastOfPath(path, count, at)).toEqual(last.reverse());
      }),
    );
  });

  it('of a thread that never forked is one range', () => {
    expect(printPath(pathOf(Array.from({ length: 500 }, (_, at) => at + 1)))).toBe('1-500');
  });
});

/** msgpackr gives `__proto__` back as `__proto_`, so that no record can set an object's prototype. */
const KEY = fc.string().filter((key) => key !== '__proto__');

describe('a record', () => {
  it('comes back as it went, and takes no more than it must', () => {
    fc.assert(
      fc.property(
        fc.dictionary(KEY, fc.oneof(fc.string(), fc.integer(), fc.boolean())),
        fc.nat(3_000),
        (value, length) => {
          const text = '나래는 문서에서 답을 찾는다. '.repeat(length / 10);
          const record = encodeRecord({ ...value, text });
          expect(decodeRecord(record.bytes)).toEqual({ ...value, text });
          expect(record.bytes.length).toBeLessThanOrEqual(record.payloadBytes + 6);
          if (record.compressed) expect(record.bytes.length).toBeLessThan(record.payloadBytes * 0.9 + 6);
          if (record.payloadBytes < 1_024) expect(record.compressed).toBe(false);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('sets no prototype, whatever its keys are', () => {
    const sly = JSON.parse('{"__proto__": {"polluted": true}, "한국어": 1}') as object;
    const { bytes } = encodeRecord(sly);
    expect(decodeRecord(bytes)).toMatchObject({ 한국어: 1 });
    expect(Object.getPrototypeOf(decodeRecord(bytes))).toBe(Object.prototype);
  });

  it('that was changed anywhere is refused, never misread', () => {
    const { bytes } = encodeRecord({ messages: ['한국어 text '.repeat(200)] });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) ^ flip;
        expect(() => decodeRecord(changed)).toThrow(UnreadableRecord);
      }),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(() => decodeRecord(bytes.subarray(0, length))).toThrow(UnreadableRecord);
      }),
    );
  });

  it('of more than 16 MiB is refused when it is written', () => {
    expect(() => encodeRecord('x'.repeat(17 * 1_024 * 1_024))).toThrow(
      expect.objectContaining({ code: 'state_invalid' }),
    );
  });
});

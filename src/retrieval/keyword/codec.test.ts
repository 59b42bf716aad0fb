import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.js';
import { decodePostings, encodePostings, newPostingList } from './postings.js';
import { termHash } from './term-hash.js';

/** Number of documents and, ascending, those that hold the term with their frequencies. */
const postings = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 70_000 }), fc.integer({ min: 1, max: 255 })), { maxLength: 300 })
  .chain((gaps) => {
    let doc = -1;
    const entries = gaps.map(([gap, frequency]) => {
      doc += gap;
      return [doc, frequency] as const;
    });
    return fc.tuple(fc.integer({ min: doc + 1, max: doc + 1000 }), fc.constant(entries));
  });

function listOf(entries: readonly (readonly [number, number])[]) {
  const list = newPostingList(entries.length);
  entries.forEach(([doc, frequency], at) => {
    list.docs[at] = doc;
    list.frequencies[at] = frequency;
  });
  list.count = entries.length;
  return list;
}

describe('codec', () => {
  test('numbers and hashes come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(0xffffffff), fc.nat(2 ** 53 - 1))), (values) => {
        const writer = new ByteWriter(1);
        for (const [number, hash] of values) {
          writer.varint(number);
          writer.hash(hash);
        }
        const reader = new ByteReader(writer.view());
        expect(values.map(() => [reader.varint(), reader.hash()])).toEqual(values);
        expect(reader.done && !reader.overrun).toBe(true);
      }),
    );
  });

  test('postings come back as they were written, sparse or dense', () => {
    fc.assert(
      fc.property(postings, ([docCount, entries]) => {
        const out = new ByteWriter();
        encodePostings(listOf(entries), docCount, out);
        const list = newPostingList(entries.length);
        expect(decodePostings(out.view(), entries.length, docCount, list)).toBe(true);
        expect(Array.from({ length: list.count }, (_, at) => [list.docs[at], list.frequencies[at]])).toEqual(
          entries,
        );
      }),
    );
  });

  test('random bytes are refused or read within bounds', () => {
    const bytes = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(bytes, fc.nat(300), fc.nat(500), (junk, documentFrequency, docCount) => {
        const list = newPostingList(documentFrequency);
        if (!decodePostings(junk, documentFrequency, docCount, list)) return;
        const docs = Array.from(list.docs.subarray(0, list.count));
        expect(docs.every((doc, at) => doc < docCount && (at === 0 || doc > docs[at - 1]!))).toBe(true);
      }),
    );
  });

  test('a postings list cut short is refused', () => {
    fc.assert(
      fc.property(postings, fc.nat(), ([docCount, entries], cut) => {
        fc.pre(entries.length > 0);
        const out = new ByteWriter();
        encodePostings(listOf(entries), docCount, out);
        const short = out.view().subarray(0, cut % out.length);
        expect(decodePostings(short, entries.length, docCount, newPostingList(docCount))).toBe(false);
      }),
    );
  });

  test('term hashes are exact numbers and differ for alike terms', () => {
    const terms = Array.from({ length: 200_000 }, (_, at) => `t${at.toString(36)}`);
    const hashes = terms.map(termHash);
    expect(new Set(hashes).size).toBe(terms.length);
    expect(hashes.every((hash) => Number.isSafeInteger(hash) && hash >= 0)).toBe(true);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { analyse } from '../text/index.js';
import {
  type Bitmap,
  KeywordSearcher,
  KeywordSegment,
  KeywordSegmentBuilder,
  mergeKeywordSegments,
  newBitmap,
  setBit,
} from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'narae-keyword-'));
const opened: KeywordSegment[] = [];
let files = 0;

afterEach(() => {
  for (const segment of opened.splice(0)) segment.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function newPath(): string {
  return join(folder, `${files++}.seg`);
}

function bytesOf(texts: readonly string[]): Uint8Array {
  const builder = new KeywordSegmentBuilder();
  for (const [doc, text] of texts.entries()) builder.add(doc, text);
  return builder.finish();
}

function openBytes(bytes: Uint8Array): KeywordSegment {
  const path = newPath();
  writeFileSync(path, bytes);
  const segment = KeywordSegment.open(path);
  opened.push(segment);
  return segment;
}

function bitmapOf(docCount: number, holds: (doc: number) => boolean): Bitmap {
  const bitmap = newBitmap(docCount);
  for (let doc = 0; doc < docCount; doc++) if (holds(doc)) setBit(bitmap, doc);
  return bitmap;
}

/** Few words, so that random texts share many; both scripts. */
const word = fc.constantFrom(
  '서버',
  '서버를',
  '답변',
  '나래',
  'answer',
  'answers',
  'server',
  'maxTokens',
  'the',
  'of',
);
const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
const corpus = fc.array(fc.array(text, { maxLength: 30 }), { minLength: 1, maxLength: 4 });

/** BM25 as in the books, over all texts at once. */
function reference(texts: readonly string[], query: string): number[] {
  const documents = texts.map(analyse);
  const averageLength = documents.reduce((sum, terms) => sum + terms.length, 0) / Math.max(1, texts.length);
  return documents.map((terms) => {
    let score = 0;
    for (const term of new Set(analyse(query))) {
      const holding = documents.filter((each) => each.includes(term)).length;
      const frequency = terms.filter((each) => each === term).length;
      const idf = Math.log(1 + (texts.length - holding + 0.5) / (holding + 0.5));
      const norm = 1.2 * (1 - 0.75 + (0.75 * terms.length) / Math.max(averageLength, 1));
      score += frequency === 0 ? 0 : (idf * frequency * 2.2) / (frequency + norm);
    }
    return score;
  });
}

describe('keyword search', () => {
  test('finds Korean and English documents by their words', () => {
    const segment = openBytes(bytesOf(['나래는 답변 서버이다', 'The server streams answers', 'unrelated']));
    const searcher = new KeywordSearcher([{ segment }]);
    expect(searcher.search('답변을 하는 서버', 10).hits.map((hit) => hit.doc)).toEqual([0]);
    expect(searcher.search('Streaming SERVERS', 10).hits.map((hit) => hit.doc)).toEqual([1]);
    expect(searcher.search('?!', 10).hits).toEqual([]);
  });

  test('equals BM25 by the book over all segments, with deletions and filters, for any k', () => {
    fc.assert(
      fc.property(corpus, text, fc.integer({ min: 1, max: 12 }), fc.nat(6), (parts, query, k, modulus) => {
        const segments = parts.map((texts) => openBytes(bytesOf(texts)));
        const keeps = (doc: number) => modulus === 0 || doc % (modulus + 1) !== 0;
        const searcher = new KeywordSearcher(
          segments.map((segment) => ({ segment, deleted: bitmapOf(segment.docCount, (doc) => !keeps(doc)) })),
        );
        const accept = segments.map((segment) => bitmapOf(segment.docCount, (doc) => doc % 5 !== 3));
        const all = parts.flatMap((texts, segment) => texts.map((_, doc) => ({ segment, doc })));
        const scores = reference(parts.flat(), query);
        const expected = all
          .map((ref, at) => ({ ...ref, score: scores[at]! }))
          .filter(({ doc, score }) => score > 0 && keeps(doc) && doc % 5 !== 3)
          .sort((a, b) => b.score - a.score);

        const found = searcher.search(query, k, { accept, alsoScore: all });
        expect(found.hits.length).toBe(Math.min(k, expected.length));
        found.hits.forEach((hit, at) => {
          expect(hit.score).toBeCloseTo(expected[at]!.score, 9);
          const own = expected.find((each) => each.segment === hit.segment && each.doc === hit.doc);
          expect(hit.score).toBeCloseTo(own?.score ?? Number.NaN, 9);
        });
        found.scores.forEach((score, at) => {
          expect(score).toBeCloseTo(scores[at]!, 9);
        });
        expect(searcher.score(query, all)).toEqual(found.scores);
        for (const segment of opened.splice(0)) segment.close();
      }),
      { numRuns: 150 },
    );
  });

  test('finds the same with common words looked up late as with all documents scored', () => {
    const texts = Array.from(
      { length: 3_000 },
      (_, at) => `the of answer ${'the '.repeat(at % 7)} word${at % 97}`,
    );
    const segment = openBytes(bytesOf(texts));
    const searcher = new KeywordSearcher([{ segment }]);
    const everything = searcher.search('the of answer word5', texts.length).hits;
    expect(searcher.search('the of answer word5', 10).hits).toEqual(everything.slice(0, 10));
  });

  test('a merge has the bytes of a segment built from the documents that stay', () => {
    fc.assert(
      fc.property(corpus, fc.nat(4), (parts, modulus) => {
        const stays = (doc: number) => modulus === 0 || doc % (modulus + 1) !== 0;
        let next = 0;
        const merge = parts.map((texts) => ({
          segment: openBytes(bytesOf(texts)),
          remap: Int32Array.from(texts, (_, doc) => (stays(doc) ? next++ : -1)),
        }));
        const path = newPath();
        mergeKeywordSegments(merge, path);
        const merged = KeywordSegment.open(path);
        opened.push(merged);
        merged.verify();
        const rebuilt = bytesOf(parts.flatMap((texts) => texts.filter((_, doc) => stays(doc))));
        expect(Buffer.compare(merged.read(0, merged.fileBytes), rebuilt)).toBe(0);
        for (const segment of opened.splice(0)) segment.close();
      }),
      { numRuns: 100 },
    );
  });

  test('a merge refuses numbers that do not ascend, and leaves no file', () => {
    const segment = openBytes(bytesOf(['a b', 'c d']));
    const path = newPath();
    expect(() => mergeKeywordSegments([{ segment, remap: Int32Array.of(1, 0) }], path)).toThrow(RangeError);
    expect(() => KeywordSegment.open(path)).toThrow(expect.objectContaining({ code: 'index_damaged' }));
  });

  test('a frequency counts to 255', () => {
    const segment = openBytes(bytesOf(['many '.repeat(1_000), 'many '.repeat(255), 'few']));
    const [first, second] = new KeywordSearcher([{ segment }]).score('many', [
      { segment: 0, doc: 0 },
      { segment: 0, doc: 1 },
    ]);
    expect(first).toBeLessThan(second!);
  });
});

describe('damage', () => {
  const whole = bytesOf(
    Array.from({ length: 60 }, (_, at) => `answer 서버 word${at} ${'the '.repeat(at % 4)}`),
  );
  const damaged = expect.objectContaining({ code: 'index_damaged' });

  test('a file cut short anywhere is refused', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        expect(() => openBytes(whole.subarray(0, length))).toThrow(damaged);
      }),
    );
  });

  test('random bytes, with or without the right beginning, are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), fc.nat(64), (junk, keep) => {
        const bytes = Uint8Array.from([...whole.subarray(0, keep), ...junk]);
        expect(() => openBytes(bytes)).toThrow(damaged);
      }),
    );
  });

  test('a file whose pages were never written is refused', () => {
    for (const end of [64, whole.length]) {
      const torn = whole.slice();
      torn.fill(0, end === 64 ? 0 : whole.length - 64, end);
      expect(() => openBytes(torn)).toThrow(damaged);
    }
  });

  test('one wrong byte is found by opening, by use or by verify, and never does more than throw', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = whole.slice();
        bytes[at]! ^= change;
        const path = newPath();
        writeFileSync(path, bytes);
        expect(() => useEverything(path)).toThrow(damaged);
        rmSync(path);
      }),
      { numRuns: 400 },
    );
  });

  function useEverything(path: string): void {
    const segment = KeywordSegment.open(path);
    try {
      tolerating(() => new KeywordSearcher([{ segment }]).search('the answer 서버 word7 word9', 10));
      const remap = Int32Array.from({ length: segment.docCount }, (_, doc) => doc);
      tolerating(() => mergeKeywordSegments([{ segment, remap }], newPath()));
      segment.verify();
    } finally {
      segment.close();
    }
  }

  /** Wrong bytes may go unnoticed here, but nothing but `index_damaged` may come of them. */
  function tolerating(body: () => void): void {
    try {
      body();
    } catch (error) {
      expect(error).toEqual(damaged);
    }
  }
});

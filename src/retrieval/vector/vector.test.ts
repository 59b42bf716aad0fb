import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { newBitmap, setBit } from '../keyword/index.js';
import { buildGraph, fromHalves, toHalves, VectorFile, VectorFileWriter, VectorSegment } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'narae-vector-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Unit vectors around a few centres, the same on every run. */
function makeVectors(rows: number, dimensions: number, seed = 1): Float32Array[] {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const centres = Array.from({ length: 20 }, () => Float32Array.from({ length: dimensions }, next));
  return Array.from({ length: rows }, (_, row) => {
    const vector = centres[row % 20]!.map((value) => value + next());
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
}

function writeVectors(name: string, vectors: readonly (Float32Array | undefined)[], dimensions: number) {
  const path = join(folder, name);
  const writer = new VectorFileWriter(path, dimensions);
  for (const vector of vectors) writer.add(vector && toHalves(vector));
  const written = writer.finish();
  writer.close();
  return { path, written };
}

function nearestExactly(vectors: readonly Float32Array[], query: Float32Array, count: number): number[] {
  const scored = vectors.map((vector, row) => ({
    row,
    score: fromHalves(toHalves(vector)).reduce((sum, value, at) => sum + value * query[at]!, 0),
  }));
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ row }) => row);
}

function share(found: ArrayLike<number>, wanted: readonly number[]): number {
  const set = new Set(Array.from(found));
  return wanted.filter((row) => set.has(row)).length / wanted.length;
}

describe('halves', () => {
  it('round to the nearest value of half precision, ties to even', () => {
    const cases = [0, -0, 1, -1, 0.5, 65504, 65520, 2 ** -24, 2 ** -25, 2 ** -14, 1 / 3, 2049, 2051];
    const expected = [0, -0, 1, -1, 0.5, 65504, Infinity, 2 ** -24, 0, 2 ** -14, 0.333251953125, 2048, 2052];
    expect([...fromHalves(toHalves(Float32Array.from(cases)))]).toEqual(expected);
  });

  it('are off by 2^-11 of the value at most', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -14, max: 60_000, noNaN: true }), (value) => {
        const [rounded] = fromHalves(toHalves(Float32Array.of(value)));
        expect(Math.abs(rounded! - Math.fround(value))).toBeLessThanOrEqual(value * 2 ** -11);
      }),
    );
  });
});

describe('vector file', () => {
  it('gives back its rows, and zeros for a row without a vector', () => {
    const vectors = makeVectors(50, 24);
    const { path, written } = writeVectors('rows', [...vectors, undefined], 24);
    expect(statSync(path).size).toBe(written.bytes);
    const file = VectorFile.open(path);
    const bytes = (row: number): Uint8Array => {
      const halves = new Uint16Array(24);
      file.readHalves(row, halves);
      return new Uint8Array(halves.buffer);
    };
    vectors.forEach((vector, row) => {
      expect(bytes(row)).toEqual(toHalves(vector));
    });
    expect(bytes(50)).toEqual(new Uint8Array(48));
    file.close();
    file.close();
  });

  it('refuses a file that was cut short, wherever', () => {
    const { path, written } = writeVectors('cut', makeVectors(20, 8), 8);
    for (let size = written.bytes - 1; size >= 0; size -= 7) {
      truncateSync(path, size);
      expect(() => VectorFile.open(path)).toThrow(RangeError);
    }
  });
});

describe('vector segment', () => {
  const vectors = makeVectors(3_000, 48);
  const queries = makeVectors(25, 48, 99);
  const { path: vectorsPath } = writeVectors('segment', vectors, 48);

  it('finds the exactly nearest among the candidates, flat', () => {
    const segment = new VectorSegment({ vectorsPath, expansionSearch: 64 });
    const shares = queries.map((query) =>
      share(segment.candidates(query, 100).rows, nearestExactly(vectors, query, 10)),
    );
    expect(Math.min(...shares)).toBe(1);
    segment.close();
  });

  it('finds at least 95 of 100 through the graph', async () => {
    const graphPath = join(folder, 'graph');
    const file = VectorFile.open(vectorsPath);
    await buildGraph(file, graphPath);
    file.close();
    const segment = new VectorSegment({ vectorsPath, graphPath, expansionSearch: 64 });
    const shares = queries.map((query) =>
      share(segment.candidates(query, 100).rows, nearestExactly(vectors, query, 10)),
    );
    expect(shares.reduce((a, b) => a + b) / shares.length).toBeGreaterThanOrEqual(0.95);
    segment.close();
  });

  it('stops building when told to', async () => {
    const file = VectorFile.open(vectorsPath);
    const signal = AbortSignal.abort();
    await expect(buildGraph(file, join(folder, 'none'), signal)).rejects.toMatchObject({ code: 'aborted' });
    file.close();
  });

  it.each([1, 7, 2_500])('finds only accepted rows when every %ith is', (step) => {
    const bitmap = newBitmap(vectors.length);
    const rows = vectors.flatMap((_, row) => (row % step === 0 ? [row] : []));
    for (const row of rows) setBit(bitmap, row);
    const segment = new VectorSegment({ vectorsPath, expansionSearch: 64 });
    for (const query of queries.slice(0, 5)) {
      const found = segment.candidates(query, 100, { bitmap, count: rows.length }).rows;
      const wanted = nearestExactly(
        rows.map((row) => vectors[row]!),
        query,
        10,
      ).map((at) => rows[at]!);
      expect(share(found, wanted)).toBe(1);
      expect([...found].every((row) => row % step === 0)).toBe(true);
    }
    segment.close();
  });

  it('scores by the stored halves', () => {
    const segment = new VectorSegment({ vectorsPath, expansionSearch: 64 });
    const [score] = segment.scores(vectors[7]!, [7]);
    expect(score).toBeCloseTo(1, 3);
    segment.close();
  });
});

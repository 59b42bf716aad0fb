import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Arrivals, evenArrivals, randomArrivals, traceArrivals } from './arrivals.js';
import { readTrace } from './trace-file.js';

function first(arrivals: Arrivals, count: number): number[] {
  return Array.from({ length: count }, () => {
    const next = arrivals.peek() ?? Number.NaN;
    arrivals.take();
    return next;
  });
}

describe('arrivals', () => {
  it('are even', () => {
    expect(first(evenArrivals(4), 4)).toEqual([0, 250, 500, 750]);
  });

  it('are random with the right mean and spread, and the same every time', () => {
    const times = first(randomArrivals(50), 20_000);
    expect(times).toEqual(first(randomArrivals(50), 20_000));
    const gaps = times.slice(1).map((time, index) => time - (times[index] as number));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(mean).toBeGreaterThan(19);
    expect(mean).toBeLessThan(21);
    // Of an exponential distribution, 1/e is longer than the mean.
    expect(gaps.filter((gap) => gap > mean).length / gaps.length).toBeCloseTo(1 / Math.E, 1);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
  });

  it('of a trace end', () => {
    const arrivals = traceArrivals(Float64Array.of(0, 30), 3);
    expect(first(arrivals, 2)).toEqual([0, 10]);
    expect(arrivals.peek()).toBeUndefined();
  });
});

describe('trace files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'narae-trace-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function read(content: string | Buffer, name = 'trace.csv', unit: 'ms' | 's' = 'ms') {
    const path = join(folder, name);
    writeFileSync(path, content);
    return [...(await readTrace(path, { unit }))];
  }

  const DATES = 'TIMESTAMP,ContextTokens\n2023-11-16 18:17:03.9799600,374\n2023-11-16 18:17:04.0319600,396\n';

  it.each([
    [DATES, [0, 52]],
    [`\uFEFF${DATES.replaceAll('\n', '\r\n')}`, [0, 52]],
    ['id,timestamp\n"a,b",10\nc,40.5', [0, 30.5]],
    ['time\n3\n1\n\n2\n', [0, 1, 2]],
    ['{"timestamp": 27482, "hash_ids": [1]}\n{"timestamp": 30535}\n', [0, 3053]],
    ['\uFEFF {"timestamp": 7}\r\n {"timestamp": 9}\r\n', [0, 2]],
    ['{"Time":"2024-01-01T00:00:00Z"}\n{"Time":"2024-01-01T09:00:01+09:00"}', [0, 1000]],
  ])('reads %j', async (content, times) => {
    const found = await read(content);
    expect(found).toHaveLength(times.length);
    found.forEach((time, index) => {
      expect(time).toBeCloseTo(times[index] as number, 3);
    });
  });

  it('reads seconds, and what is gzipped', async () => {
    expect(await read('timestamp\n1.5\n2\n', 'a.csv', 's')).toEqual([0, 500]);
    expect(await read(gzipSync('timestamp\n1\n2\n'), 'a.csv.gz')).toEqual([0, 1]);
  });

  it.each([
    ['size\n1\n', 'names no time column'],
    ['timestamp\n1\nsoon\n', 'line 3 has no time'],
    ['{"timestamp":1}\n{"timestamp":\n', 'line 2 has no time'],
    ['{"when":1}\n', 'line 1 has no time'],
    ['timestamp\n', 'holds no times'],
    ['', 'holds no times'],
  ])('refuses %j', async (content, reason) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'file_malformed',
      message: expect.stringContaining(reason),
    });
  });

  it('says when there is no such file, or not a gzip', async () => {
    await expect(readTrace(join(folder, 'none.csv'), { unit: 'ms' })).rejects.toMatchObject({
      code: 'file_not_found',
    });
    await expect(readTrace(join(folder, 'none.csv.gz'), { unit: 'ms' })).rejects.toMatchObject({
      code: 'file_not_found',
    });
    const cut = gzipSync('timestamp\n1\n2\n').subarray(0, 20);
    for (const content of ['plain', cut])
      await expect(read(content, 'b.csv.gz')).rejects.toMatchObject({
        code: 'file_malformed',
        message: expect.stringContaining('compressed data is cut short or damaged'),
      });
    await expect(readTrace(folder, { unit: 'ms' })).rejects.toMatchObject({ code: 'file_unreadable' });
  });
});

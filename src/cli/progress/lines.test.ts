import { expect, test } from 'vitest';
import { lineView } from './lines.js';
import { PaceMeter } from './pace.js';

function view() {
  let nowMs = 0;
  const lines: string[] = [];
  const clock = { now: () => nowMs, monotonicMs: () => nowMs };
  const shown = lineView({ note: (line) => lines.push(line) }, clock);
  return { lines, shown, at: (ms: number) => (nowMs = ms) };
}

const half = {
  phase: 'indexing',
  filesDone: 50,
  filesTotal: 100,
  chunksDone: 1234,
  currentSource: 'a.md',
} as const;

test('tells items, rate and remaining time, at most every three seconds', () => {
  const { lines, shown, at } = view();
  at(2999);
  shown.update(half);
  expect(lines).toEqual([]);
  at(5000);
  shown.update(half);
  shown.update(half);
  expect(lines).toEqual(['Indexing: 50/100 files, 1,234 chunks, 10.0 files/s, about 5.0 s left']);
});

test('is silent once stopped, and about an empty beginning', () => {
  const { lines, shown, at } = view();
  at(4000);
  shown.update({ phase: 'scanning', files: 0 });
  shown.stop();
  at(9000);
  shown.update(half);
  expect(lines).toEqual([]);
});

test('the pace follows a total that grows, and knows nothing before the first item', () => {
  let nowMs = 0;
  const meter = new PaceMeter({ now: () => nowMs, monotonicMs: () => nowMs });
  nowMs = 1000;
  expect(meter.at(0, 10).remainingMs).toBeUndefined();
  expect(meter.at(10, 20)).toEqual({ perSecond: 10, remainingMs: 1000 });
  expect(meter.at(10, 40).remainingMs).toBe(3000);
  expect(meter.at(10, 5).remainingMs).toBe(0);
});

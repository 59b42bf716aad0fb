import { describe, expect, it } from 'vitest';
import type { LoadSnapshot } from '../../lab/index.js';
import { lineView } from './lines.js';
import { liveView, pictureLines, sparkline } from './live.js';

const TIMES = { count: 9, mean: 12, p50: 12.34, p95: 123.4, p99: 1234, max: 5000 };
const SNAPSHOT: LoadSnapshot = {
  elapsedMs: 5000,
  durationMs: 10_000,
  started: 123_457,
  ok: 123_456,
  failed: 1,
  inFlight: 10_000,
  requestsPerSecond: 4321,
  tokensPerSecond: 432_100,
  firstTokenMs: TIMES,
  interTokenMs: TIMES,
  errors: { connect: 0, status: 1, 'error-event': 0, malformed: 0, cut: 0, timeout: 0 },
};

function recorder() {
  const notes: string[] = [];
  return { notes, terminal: { note: (line: string) => void notes.push(line) } };
}

describe('the live view', () => {
  it('draws over itself, fits 80 columns and leaves nothing', () => {
    const { notes, terminal } = recorder();
    const view = liveView(terminal);
    for (let count = 0; count < 100; count++) view.update({ ...SNAPSHOT, tokensPerSecond: count });
    view.stop();
    view.stop();
    const lines = pictureLines(
      SNAPSHOT,
      Array.from({ length: 60 }, () => 1),
    );
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    // Narrower terminals cut the lines: their number stays what is erased.
    expect(notes[0]?.startsWith('\u001b[?7l') && notes[0].endsWith('\u001b[?7h')).toBe(true);
    expect(notes[1]?.startsWith(`\u001b[${lines.length}A\r\u001b[J`)).toBe(true);
    expect(notes).toHaveLength(101);
    expect(notes.at(-1)).toBe(`\u001b[${lines.length}A\r\u001b[J\u001b[1A`);
    // The history is bounded.
    expect(notes[99]?.replace('\u001b[?7h', '').split('\n').at(-1)?.length).toBe(lines.at(-1)?.length);
  });

  it('says when it only waits for the last answers', () => {
    expect(pictureLines(SNAPSHOT, [])[0]).toContain('5.0 s of 10 s');
    expect(pictureLines({ ...SNAPSHOT, elapsedMs: 11_000 }, [])[0]).toContain('waiting for the last answers');
  });

  it('shows how far a run is that ends by its number of requests', () => {
    const { durationMs: _, ...endless } = SNAPSHOT;
    const [line] = pictureLines({ ...endless, started: 500, requests: 1000 }, []);
    expect(line).toBe(`${'█'.repeat(15)}${'░'.repeat(15)} 5.0 s request 500 of 1,000`);
    expect(pictureLines({ ...SNAPSHOT, requests: 123_457 }, [])[0]).toContain('waiting for the last answers');
  });

  it('shows dashes where nothing was measured yet', () => {
    const firstTokenMs = { ...TIMES, count: 0 };
    expect(pictureLines({ ...SNAPSHOT, firstTokenMs }, [])[3]).toBe('first token  p50 –  p95 –  p99 –');
  });

  it('has bars in proportion', () => {
    expect(sparkline([0, 50, 100])).toBe('▁▅█');
    expect(sparkline([])).toBe('');
  });
});

it('plain lines say the same without control characters', () => {
  const { notes, terminal } = recorder();
  const view = lineView(terminal);
  view.update(SNAPSHOT);
  view.stop();
  expect(notes).toEqual([
    '5.0 s of 10 s: 123,456 complete, 1 failed, 10,000 under way, 4,321 requests/s, first token p50 12.3 ms, p99 1,234 ms',
  ]);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BatchFlow, BatchSink } from '../../core/index.js';
import type { RunEvent } from '../spec.js';
import { RunLog } from './run-log.js';

const MAX_EVENTS = 12;

/** What happens to a log, in any order. */
const happenings = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('push' as const), parts: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant('join' as const), after: fc.nat(40), paused: fc.boolean() }),
    fc.record({ kind: fc.constant('pause' as const), reader: fc.nat(5) }),
    fc.record({ kind: fc.constant('resume' as const), reader: fc.nat(5) }),
    fc.record({ kind: fc.constant('leave' as const), reader: fc.nat(5) }),
  ),
  { maxLength: 60 },
);

class Reader implements BatchSink<RunEvent<number>> {
  readonly ids: number[] = [];
  readonly after: number;
  ending: unknown;
  left = false;
  flow: BatchFlow | undefined;

  constructor(after: number) {
    this.after = after;
  }

  push(batch: readonly RunEvent<number>[]): void {
    expect(this.left || this.ending !== undefined).toBe(false);
    for (const { id, part } of batch) {
      expect(part).toBe(id * 10);
      this.ids.push(id);
    }
  }

  end(): void {
    this.ending = 'end';
  }

  fail(error: unknown): void {
    this.ending = error;
  }
}

it('gives every reader every event after its id, once and in order, or says that some are gone', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async (steps) => {
      const log = new RunLog<number>(
        'run_1',
        { bytesOf: () => 8 },
        { maxEvents: MAX_EVENTS, maxBytes: 1_000 },
      );
      const readers: Reader[] = [];
      const at = (index: number): Reader | undefined => readers[index % Math.max(1, readers.length)];
      for (const step of steps) {
        if (step.kind === 'push') {
          const first = log.lastId + 1;
          log.push(Array.from({ length: step.parts }, (_, part) => (first + part) * 10));
        } else if (step.kind === 'join') join(log, readers, step);
        else if (step.kind === 'leave') {
          at(step.reader)?.flow?.stop();
          if (at(step.reader)) (at(step.reader) as Reader).left = true;
        } else at(step.reader)?.flow?.[step.kind]();
        await Promise.resolve();
      }
      log.end({ kind: 'end' });
      for (const reader of readers) reader.flow?.resume();
      await Promise.resolve();
      for (const reader of readers) check(log, reader);
      expect(log.bytes).toBeLessThanOrEqual(MAX_EVENTS * 8);
      expect(log.readers).toBe(0);
    }),
    { numRuns: 500 },
  );
});

function join(
  log: RunLog<number>,
  readers: Reader[],
  { after, paused }: { readonly after: number; readonly paused: boolean },
): void {
  const reader = new Reader(after);
  const isKept = after >= log.lastId - MAX_EVENTS;
  if (!isKept) {
    expect(() => log.read(after, reader)).toThrow(expect.objectContaining({ code: 'stream_events_gone' }));
    return;
  }
  reader.flow = log.read(after, reader);
  if (paused) reader.flow.pause();
  readers.push(reader);
}

function check(log: RunLog<number>, { ids, after, ending, left }: Reader): void {
  expect(ids).toEqual(ids.map((_, at) => after + 1 + at));
  if (left) return;
  const read = ids.at(-1) ?? after;
  if (ending === 'end') expect(read).toBeGreaterThanOrEqual(log.lastId);
  else {
    expect(ending).toMatchObject({ code: 'stream_events_gone' });
    expect(read).toBeLessThan(log.lastId - MAX_EVENTS);
  }
}

it('keeps within its bytes', () => {
  const log = new RunLog<string>(
    'run_1',
    { bytesOf: (part) => part.length },
    { maxEvents: 9_999, maxBytes: 5_000 },
  );
  for (let n = 0; n < 3_000; n++) log.push(['가나다라마바사'.repeat(n % 4), 'x']);
  expect(log.bytes).toBeLessThanOrEqual(5_000);
  expect(log.bytes).toBeGreaterThan(4_900);
});

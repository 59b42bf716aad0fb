import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchGate } from './gate.js';
import { BatchIterator } from './iterator.js';
import { pour } from './pour.js';
import type { BatchFlow, BatchSink, BatchSource } from './source.js';

/** What a script does, one step a turn: give numbers, then end or fail. */
interface Script {
  readonly batches: readonly (readonly number[])[];
  readonly ending: 'end' | 'fail';
  /** Batches that come in one turn, before a pause can take effect. */
  readonly burst: number;
}

const script = fc.record({
  batches: fc.array(fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }), { maxLength: 8 }),
  ending: fc.constantFrom('end' as const, 'fail' as const),
  burst: fc.integer({ min: 1, max: 3 }),
});

const FAILURE = new Error('on purpose');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A source that plays a script and honours its flow. */
class Played implements BatchSource<number>, BatchFlow {
  stopped = false;
  readonly #script: Script;
  #paused = false;
  #sink: BatchSink<number> | undefined;
  #next = 0;
  #isOver = false;

  constructor(played: Script) {
    this.#script = played;
  }

  [Symbol.asyncIterator](): BatchIterator<number> {
    return new BatchIterator(this);
  }

  /** Batches so far. */
  get given(): number {
    return this.#next;
  }

  pipe(sink: BatchSink<number>): BatchFlow {
    this.#sink = sink;
    setImmediate(() => this.#play());
    return this;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (this.#paused) setImmediate(() => this.#play());
    this.#paused = false;
  }

  stop(): void {
    this.stopped = true;
  }

  #play(): void {
    const { batches, burst, ending } = this.#script;
    for (let given = 0; given < burst && this.#next < batches.length && !this.stopped; given++)
      this.#sink?.push(batches[this.#next++] ?? []);
    if (this.stopped || this.#isOver || this.#paused) return;
    if (this.#next < batches.length) {
      setImmediate(() => this.#play());
      return;
    }
    this.#isOver = true;
    if (ending === 'end') this.#sink?.end();
    else this.#sink?.fail(FAILURE);
  }
}

/** Remembers what it hears, and that nothing comes after the end. */
class Heard implements BatchSink<number> {
  readonly items: number[] = [];
  ending: 'end' | 'fail' | undefined;
  /** Pauses the flow after each batch, and resumes it a turn later. */
  slow: BatchFlow | undefined;

  push(batch: readonly number[]): void {
    expect(this.ending).toBeUndefined();
    this.items.push(...batch);
    const flow = this.slow;
    flow?.pause();
    if (flow) setImmediate(() => flow.resume());
  }

  end(): void {
    this.#over('end');
  }

  fail(error: unknown): void {
    expect(error).toBe(FAILURE);
    this.#over('fail');
  }

  #over(ending: 'end' | 'fail'): void {
    expect(this.ending).toBeUndefined();
    this.ending = ending;
  }
}

async function untilOver(heard: Heard): Promise<void> {
  for (let turns = 0; turns < 200 && heard.ending === undefined; turns++) await turn();
}

async function* generated({ batches, ending }: Script): AsyncGenerator<readonly number[]> {
  for (const batch of batches) {
    await turn();
    yield batch;
  }
  if (ending === 'fail') throw FAILURE;
}

describe('batches', () => {
  it('come whole and in order, and end once, however they are read', async () => {
    const ways: ((played: Script, heard: Heard) => void)[] = [
      (played, heard) => void pour(new Played(played), heard),
      (played, heard) => void pour(generated(played), heard),
      (played, heard) => {
        heard.slow = pour(new Played(played), heard);
      },
      (played, heard) => {
        heard.slow = pour(generated(played), heard);
      },
      (played, heard) => {
        const gate = new BatchGate<number>();
        gate.feed(pour(new Played(played), gate));
        heard.slow = gate;
        setImmediate(() => setImmediate(() => gate.open(heard)));
      },
      (played, heard) => {
        const source = new Played(played);
        void (async () => {
          for await (const batch of source) heard.push(batch);
        })().then(
          () => heard.end(),
          (error: unknown) => heard.fail(error),
        );
      },
    ];
    await fc.assert(
      fc.asyncProperty(script, fc.constantFrom(...ways), async (played, read) => {
        const heard = new Heard();
        read(played, heard);
        await untilOver(heard);
        expect(heard).toMatchObject({ items: played.batches.flat(), ending: played.ending });
      }),
      { numRuns: 300 },
    );
  });

  it('stop at once when the reader leaves, and their source learns of it', async () => {
    const source = new Played({ batches: [[1], [2], [3]], ending: 'end', burst: 1 });
    for await (const batch of source) if (batch[0] === 2) break;
    expect(source.stopped).toBe(true);

    let closed = false;
    const heard = new Heard();
    const endless = (async function* () {
      try {
        for (;;) yield [1];
      } finally {
        closed = true;
      }
    })();
    const flow = pour(endless, { ...bound(heard), push: () => flow.stop() });
    await turn();
    expect(closed).toBe(true);
    expect(heard.ending).toBeUndefined();
  });

  it('wait behind a gate no more than what one turn brings', async () => {
    const batches = Array.from({ length: 50 }, (_, n) => [n]);
    const source = new Played({ batches, ending: 'end', burst: 2 });
    const gate = new BatchGate<number>();
    gate.feed(pour(source, gate));
    for (let turns = 0; turns < 20; turns++) await turn();
    const heard = new Heard();
    expect(source.given).toBe(2);
    const push = (batch: readonly number[]): void => {
      heard.push(batch);
      gate.pause();
    };
    gate.open({ ...bound(heard), push });
    await turn();
    gate.resume();
    await turn();
    expect(heard.items).toEqual([0, 1]);
  });

  it('of a sink that throws are stopped, and the sink is told', async () => {
    const heard = new Heard();
    const push = (): void => {
      throw FAILURE;
    };
    pour(generated({ batches: [[1]], ending: 'end', burst: 1 }), { ...bound(heard), push });
    await untilOver(heard);
    expect(heard.ending).toBe('fail');
  });
});

function bound(heard: Heard): BatchSink<number> {
  return {
    push: (batch) => heard.push(batch),
    end: () => heard.end(),
    fail: (error) => heard.fail(error),
  };
}

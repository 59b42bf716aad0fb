/** What the embedded tier costs, and how long it holds up the event loop. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Cache, contentKey, openCaches, openEmbeddedTier } from '../../../dist/cache/index.js';

const ENTRIES = 20_000;
const READS = 5_000;

export interface EmbeddedFigures {
  readonly writesPerSecond: number;
  /** The longest that the event loop was held up while all were written. */
  readonly longestTurnMs: number;
  readonly readMicroseconds: { readonly p50: number; readonly p99: number };
}

type Answer = { readonly text: string; readonly n: number };

export async function measureEmbedded(): Promise<EmbeddedFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'narae-bench-'));
  const tier = openEmbeddedTier({ path: join(folder, 'cache.db'), limitBytes: 256 * 1024 * 1024 });
  const writing = openCaches({ memoryLimitBytes: 256 * 1024 * 1024 }, { shared: tier });
  const { writesPerSecond, longestTurnMs } = await write(answers(writing), () => writing.close());
  const reading = openCaches({ memoryLimitBytes: 0 }, { shared: tier });
  const readMicroseconds = await read(answers(reading));
  await reading.close();
  await tier.close();
  rmSync(folder, { recursive: true, force: true });
  return { writesPerSecond, longestTurnMs, readMicroseconds };
}

function answers(caches: ReturnType<typeof openCaches>): Cache<Answer> {
  return caches.create<Answer>({
    name: 'answers',
    version: 1,
    ttlMs: 3_600_000,
    bytesOf: ({ text }) => 100 + 2 * text.length,
    isValue: (candidate): candidate is Answer => typeof candidate === 'object',
  });
}

const keyOf = (n: number) => contentKey('acme', ['question', n]);

/** In steps, as questions come: the queue of writes is bounded. */
async function write(cache: Cache<Answer>, close: () => Promise<void>) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startMs = performance.now();
  for (let n = 0; n < ENTRIES; n++) {
    cache.set(keyOf(n), {
      text: `${n} 나래는 문서에 답합니다. The server answers from documents. `.repeat(30),
      n,
    });
    if (n % 4 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await close();
  delay.disable();
  if (cache.statistics().sharedFailures > 0) throw new Error('writes were dropped');
  return {
    writesPerSecond: (ENTRIES * 1_000) / (performance.now() - startMs),
    longestTurnMs: delay.max / 1e6,
  };
}

async function read(cache: Cache<Answer>): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  for (let n = 0; n < READS; n++) {
    const key = keyOf((n * 7919) % ENTRIES);
    const startMs = performance.now();
    if ((await cache.get(key)) === undefined) throw new Error('a miss');
    times.push((performance.now() - startMs) * 1_000);
  }
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(READS / 2)] as number, p99: times[Math.floor(READS * 0.99)] as number };
}

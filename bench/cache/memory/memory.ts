import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Cache, contentKey, openCaches } from '../../../dist/cache/index.js';

const LIMIT_BYTES = 64 * 1024 * 1024;
/** How often the heap is looked at, over the whole run. */
const LOOKS = 10;

export interface MemoryFigures {
  readonly what: string;
  readonly entries: number;
  /** Greatest growth of heap and buffers, as a share of the limit. */
  readonly ratio: number;
  /** Bytes that the cache believed to hold then, as a share of the limit. */
  readonly counted: number;
}

export async function measureMemory(keys: number): Promise<MemoryFigures[]> {
  setFlagsFromString('--expose_gc');
  const gc = runInNewContext('gc') as () => void;
  // Buffers are given back behind the first collection.
  const collect = async (): Promise<void> => {
    for (let round = 0; round < 2; round++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  return [
    await fill(
      'numbers',
      { keys, collect },
      (n) => n + 0.5,
      () => 16,
    ),
    await fill(
      'vectors of 384',
      { keys, collect },
      (n) => new Float32Array(384).fill(n),
      (value) => value.byteLength + 200,
    ),
    await fill(
      'texts of 1,000 characters, Korean',
      { keys, collect },
      koreanText,
      (text) => 24 + 2 * text.length,
    ),
  ];
}

async function fill<Value>(
  what: string,
  { keys, collect }: { readonly keys: number; readonly collect: () => Promise<void> },
  make: (n: number) => Value,
  bytesOf: (value: Value) => number,
): Promise<MemoryFigures> {
  const caches = openCaches({ memoryLimitBytes: LIMIT_BYTES });
  const cache: Cache<Value> = caches.create({
    name: 'filled',
    version: 1,
    ttlMs: 3_600_000,
    bytesOf,
    isValue: (candidate): candidate is Value => candidate !== undefined,
  });
  await collect();
  const before = heldBytes();
  let [ratio, counted] = [0, 0];
  for (let n = 1; n <= keys; n++) {
    cache.set(contentKey('acme', [what, n]), make(n));
    if (n % (keys / LOOKS) !== 0) continue;
    await collect();
    ratio = Math.max(ratio, (heldBytes() - before) / LIMIT_BYTES);
    counted = Math.max(counted, cache.statistics().bytes / LIMIT_BYTES);
  }
  const { entries } = cache.statistics();
  await caches.close();
  return { what, entries, ratio, counted };
}

/** A text of its own in memory, not a view of a longer one. */
function koreanText(n: number): string {
  return Buffer.from(`${n} ${'나래는 문서에 답합니다. '.repeat(80)}`.slice(0, 1_000)).toString();
}

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

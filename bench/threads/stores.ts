/** `node scripts/run.mjs bench/threads/stores.js`: bytes and milliseconds of a conversation, by store. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRedis } from '../../dist/redis/index.js';
import type { Redis } from '../../dist/redis/spec.js';
import {
  EmbeddedThreadStore,
  openThreadDatabase,
  RedisThreadStore,
  type ThreadStore,
} from '../../dist/threads/index.js';
import { startRedis } from './redis-server.js';
import { TURN_BYTES, turnMaker } from './text.js';

const THREADS = 25;
const WARM_UP_THREADS = 5;
const TURNS = 200;
const AT_ONCE = 50;
/** Between two turns of a thread at most: somebody reads and writes. */
const PAUSE_MS = 400;

/** A store to measure, and how many bytes it holds. */
interface Subject {
  readonly name: string;
  readonly store: ThreadStore;
  storedBytes(threads: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

interface Timings {
  readonly saveMs: number[];
  readonly loadMs: number[];
  /** Of this process, for save and load together: what a busy machine does not change. */
  readonly cpuMs: number[];
}

const noTimings = (): Timings => ({ saveMs: [], loadMs: [], cpuMs: [] });

const redisServer = await startRedis();
const work = mkdtempSync(join(tmpdir(), 'narae-bench-'));
console.log(
  `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}; ${THREADS} threads of ${TURNS} turns of 2 KB, the last 10 loaded.\n`,
);
try {
  await sizes();
  await costs();
  await manyAtOnce();
  await commands();
} finally {
  redisServer.child.kill();
  await once(redisServer.child, 'exit');
  rmSync(work, { recursive: true, force: true });
}

async function sizes(): Promise<void> {
  console.log(
    '| stored ÷ words | 10 turns, text | 200 turns, text | 10 turns, random letters | 200 turns, random letters |',
  );
  console.log('| --- | ---: | ---: | ---: | ---: |');
  for (const open of [embedded, redis]) {
    const cells: string[] = [];
    for (const kind of ['text', 'random'] as const) {
      for (const turns of [10, TURNS]) cells.push((await ratio(await open(), kind, turns)).toFixed(2));
    }
    console.log(`| ${open.name} | ${cells.join(' | ')} |`);
  }
}

async function ratio(subject: Subject, kind: 'text' | 'random', turns: number): Promise<number> {
  const threads = names(`${kind}-${turns}`, THREADS);
  await interleaved(subject.store, threads, turns, turnMaker(kind));
  const stored = await subject.storedBytes(threads);
  await subject.close();
  return stored / (threads.length * turns * TURN_BYTES);
}

async function costs(): Promise<void> {
  console.log(
    '\n| one thread at a time, ms | save p50 | save p95 | load p50 | load p95 | save + load p95 | CPU p50 | CPU p95 |',
  );
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const open of [embedded, redis]) {
    const subject = await open();
    await timed(subject.store, names('warm', WARM_UP_THREADS));
    const at = await timed(subject.store, names('timed', THREADS));
    for (const [turn, timings] of at) {
      const cpu = [0.5, 0.95].map((share) => quantile(timings.cpuMs, share).toFixed(2));
      console.log(`| ${subject.name}, turn ${turn} | ${cellsOf(timings)} | ${cpu.join(' | ')} |`);
    }
    const [early = 1, late = 0] = [...at.values()].map(({ cpuMs }) => quantile(cpuMs, 0.5));
    console.log(`| ${subject.name}, turn 200 ÷ turn 10 | | | | | | ${(late / early).toFixed(2)} | |`);
    await subject.close();
  }
}

/** Saves and loads as an answer does: load with the lease, then save and give it back. Looks at turns 6–15 and 191–200. */
async function timed(store: ThreadStore, threads: readonly string[]): Promise<Map<number, Timings>> {
  const found = new Map([10, TURNS].map((turn) => [turn, noTimings()]));
  const make = turnMaker('text');
  for (const thread of threads) {
    for (let turn = 1; turn <= TURNS; turn++) {
      const { loadMs, saveMs, cpuMs } = await answer(store, thread, make(turn));
      const timings =
        turn > 5 && turn <= 15 ? found.get(10) : turn > TURNS - 10 ? found.get(TURNS) : undefined;
      timings?.loadMs.push(loadMs);
      timings?.saveMs.push(saveMs);
      timings?.cpuMs.push(cpuMs);
    }
  }
  return found;
}

async function manyAtOnce(): Promise<void> {
  console.log(
    `\n| ${AT_ONCE} threads at once, ms | save p50 | save p95 | load p50 | load p95 | save + load p95 |`,
  );
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const open of [embedded, redis]) {
    const subject = await open();
    const make = turnMaker('text');
    const timings = noTimings();
    const lanes = names('many', AT_ONCE).map(async (thread) => {
      for (let turn = 1; turn <= 40; turn++) {
        const cost = await answer(subject.store, thread, make(turn));
        if (turn > 20) {
          timings.loadMs.push(cost.loadMs);
          timings.saveMs.push(cost.saveMs);
        }
        await sleep(PAUSE_MS * Math.random());
      }
    });
    await Promise.all(lanes);
    console.log(`| ${subject.name} | ${cellsOf(timings)} |`);
    await subject.close();
  }
}

/** What one turn sends to Redis: calls of ours, which of one tick are one round trip. */
async function commands(): Promise<void> {
  const connection = openRedis({ url: redisServer.url });
  const sent: string[] = [];
  const counted: Redis = {
    ...passOn(connection),
    call: (command, options) => {
      sent.push(String(command[0]));
      return connection.call(command, options);
    },
    run: (script, keys, args, options) => {
      sent.push(script.name);
      return connection.run(script, keys, args, options);
    },
  };
  const store = new RedisThreadStore(counted);
  await answer(store, 'counted', turnMaker('text')(1));
  sent.length = 0;
  await answer(store, 'counted', turnMaker('text')(2));
  console.log(`\nCommands of one turn on Redis: ${sent.join(', ')}; round trips: 2 (load, save).`);
  await store.close();
  await connection.close();
}

function passOn(redis: Redis): Redis {
  return {
    call: (...args) => redis.call(...args),
    run: (...args) => redis.run(...args),
    subscribe: (...args) => redis.subscribe(...args),
    publish: (...args) => redis.publish(...args),
    followChanges: (...args) => redis.followChanges(...args),
    scan: (...args) => redis.scan(...args),
    health: redis.health,
    close: () => redis.close(),
  };
}

async function answer(store: ThreadStore, thread: string, turn: Parameters<ThreadStore['append']>[2]) {
  const before = process.cpuUsage();
  const start = performance.now();
  const opened = await store.open('t', thread, { holder: 'bench', create: {} });
  const loaded = performance.now();
  if (!opened) throw new Error(`${thread} is held by somebody else`);
  await store.append('t', thread, turn, { fence: opened.lease.fence, release: true });
  const saved = performance.now();
  const { user, system } = process.cpuUsage(before);
  return { loadMs: loaded - start, saveMs: saved - loaded, cpuMs: (user + system) / 1_000 };
}

/** As turns come in a service: one of each thread, again and again. */
async function interleaved(
  store: ThreadStore,
  threads: readonly string[],
  turns: number,
  make: ReturnType<typeof turnMaker>,
): Promise<void> {
  for (let turn = 1; turn <= turns; turn++)
    for (const thread of threads) await answer(store, thread, make(turn * threads.indexOf(thread)));
}

async function embedded(): Promise<Subject> {
  const dataDir = mkdtempSync(join(work, 'data-'));
  const store = new EmbeddedThreadStore(openThreadDatabase(dataDir));
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await store.close();
    isOpen = false;
  };
  return {
    name: 'embedded',
    store,
    storedBytes: async () => {
      await close();
      return statSync(join(dataDir, 'threads.db')).size;
    },
    close,
  };
}

async function redis(): Promise<Subject> {
  const connection = openRedis({ url: redisServer.url });
  await connection.call(['FLUSHALL']);
  const store = new RedisThreadStore(connection);
  return {
    name: 'Redis',
    store,
    storedBytes: async (threads) => {
      const sizes = threads.map((id) =>
        connection.call(['MEMORY', 'USAGE', `narae:thread:{t:${id}}`, 'SAMPLES', 0]),
      );
      return (await Promise.all(sizes)).reduce<number>((total, size) => total + Number(size), 0);
    },
    close: async () => {
      await store.close();
      await connection.close();
    },
  };
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
}

function cellsOf({ saveMs, loadMs }: Timings): string {
  const both = sum(saveMs, loadMs);
  return [
    quantile(saveMs, 0.5),
    quantile(saveMs, 0.95),
    quantile(loadMs, 0.5),
    quantile(loadMs, 0.95),
    quantile(both, 0.95),
  ]
    .map((ms) => ms.toFixed(2))
    .join(' | ');
}

function sum(left: readonly number[], right: readonly number[]): number[] {
  return left.map((value, at) => value + (right[at] ?? 0));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

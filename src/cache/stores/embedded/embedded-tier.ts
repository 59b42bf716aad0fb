import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, NaraeError, systemClock } from '../../../core/index.js';
import type { EventSink } from '../../../observe/index.js';
import type {
  EntryAddress,
  RecordLife,
  SharedTier,
  SharedTierSize,
  TierNews,
  TierRecord,
  TierScope,
} from '../../tier.js';
import { CacheConnection } from './connection.js';
import { type CacheDatabase, isBusy } from './database.js';
import { NewsBoard } from './news.js';
import * as operations from './operations.js';
import { TurnBudget } from './turn-budget.js';

const READS_IN_TURN = 32;
/** Calls that wait for the file at most; further ones are refused. */
const MAX_WAITING = 10_000;
/** About a millisecond of the event loop. */
const MAX_IN_TRANSACTION = 32;
/** Another process's transaction is waited for so long, in steps, with the event loop free. */
const BUSY_LIMIT_MS = 1_000;
const BUSY_STEP_MS = 5;
/** Reading marks an entry as used at most this often. */
const USE_STEP_MS = 60_000;
const MAX_USED_MARKS = 1_000;
const NEWS_INTERVAL_MS = 250;
/** Rows that one turn cleans away. */
const CLEAN_ROWS = 100;
/** Cleaning goes on until this share of the limit is reached, so that not every write has to clean. */
const CLEAN_TO_RATIO = 0.95;

export interface EmbeddedTierOptions {
  /** The file; its folder is made when missing. */
  readonly path: string;
  readonly limitBytes: number;
}

export interface EmbeddedTierParts {
  readonly clock?: Clock;
  readonly emit?: EventSink;
}

interface Task {
  readonly address: EntryAddress | undefined;
  readonly run: (database: CacheDatabase) => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Opens the file on first use. Never throws: a file that cannot be used is a tier that is down. */
export function openEmbeddedTier(options: EmbeddedTierOptions, parts: EmbeddedTierParts = {}): SharedTier {
  return new EmbeddedTier(options, parts);
}

class EmbeddedTier implements SharedTier {
  readonly #limitBytes: number;
  readonly #clock: Clock;
  readonly #emit: EventSink | undefined;
  readonly #connection: CacheConnection;
  readonly #budget = new TurnBudget(READS_IN_TURN);
  readonly #board = new NewsBoard();
  readonly #listeners = new Set<(news: TierNews) => void>();
  readonly #used = new Map<number, number>();
  #waiting: Task[] = [];
  #draining: Promise<void> | undefined;
  #newsTimer: NodeJS.Timeout | undefined;
  #size: SharedTierSize | undefined;
  #isUncleanedTold = false;
  #closing: Promise<void> | undefined;

  constructor({ path, limitBytes }: EmbeddedTierOptions, { clock = systemClock, emit }: EmbeddedTierParts) {
    this.#limitBytes = limitBytes;
    this.#clock = clock;
    this.#emit = emit;
    this.#connection = new CacheConnection(path, clock, emit);
  }

  async read(address: EntryAddress): Promise<TierRecord | undefined> {
    await this.#budget.take();
    while (this.#isWaiting(address)) await this.#draining;
    const nowMs = this.#clock.now();
    const row = this.#connection.use((db) => operations.readRow(db, address, nowMs));
    if (row === undefined) return undefined;
    if (nowMs - row.used > USE_STEP_MS) this.#markUsed(row.entry, nowMs);
    return {
      body: new Uint8Array(row.body),
      storedAtMs: row.stored,
      freshUntilMs: row.fresh,
      keepUntilMs: row.keep,
      reads: row.reads,
    };
  }

  write(address: EntryAddress, record: TierRecord, tags: readonly string[]): Promise<void> {
    return this.#enqueue(address, (db) => {
      operations.putRow(db, address, record, tags);
      this.#postChange(db, address);
    });
  }

  touch(address: EntryAddress, life: RecordLife): Promise<void> {
    return this.#enqueue(address, (db) => operations.touchRow(db, address, life));
  }

  delete(address: EntryAddress): Promise<void> {
    return this.#enqueue(address, (db) => {
      operations.deleteRow(db, address);
      this.#postChange(db, address);
    });
  }

  async invalidate(scope: TierScope): Promise<number> {
    let count = 0;
    await this.#enqueue(undefined, (db) => {
      count = operations.deleteScope(db, scope);
      this.#board.post(db, { kind: 'invalidated', scope });
    });
    return count;
  }

  async follow(tracked: readonly string[], listener: (news: TierNews) => void): Promise<() => void> {
    this.#listeners.add(listener);
    this.#newsTimer ??= setInterval(() => this.#readNews(), NEWS_INTERVAL_MS).unref();
    this.#readNews();
    // Processes have the same caches as a rule, and then need no row to know what to post.
    if (tracked.length > 0)
      await this.#enqueue(undefined, (db) => this.#board.track(db, tracked)).catch(() => {});
    return () => this.#listeners.delete(listener);
  }

  /** With what other processes wrote; while the file cannot be read, as of this one's last write. */
  size(): SharedTierSize | undefined {
    try {
      return this.#connection.use((db) => operations.readTotal(db));
    } catch {
      return this.#size;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#newsTimer);
    await this.#draining;
    this.#connection.close();
  }

  #enqueue(address: EntryAddress | undefined, run: Task['run']): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(new NaraeError('closing'));
    if (this.#waiting.length >= MAX_WAITING) return Promise.reject(new Error('too many cache writes wait'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ address, run, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  #isWaiting(address: EntryAddress): boolean {
    return this.#waiting.some((task) => task.address === undefined || isSame(task.address, address));
  }

  async #drain(): Promise<void> {
    await nextTurn();
    while (this.#waiting.length > 0) {
      const tasks = this.#waiting.slice(0, MAX_IN_TRANSACTION);
      const failure = await this.#tryCommit(tasks);
      this.#waiting.splice(0, tasks.length);
      for (const { resolve, reject } of tasks) failure ? reject(failure.error) : resolve();
      if (failure === undefined) await this.#clean();
      await nextTurn();
    }
    this.#draining = undefined;
  }

  async #tryCommit(tasks: readonly Task[]): Promise<{ readonly error: unknown } | undefined> {
    const untilMs = performance.now() + BUSY_LIMIT_MS;
    for (;;) {
      try {
        this.#commit(tasks);
        return undefined;
      } catch (error) {
        if (!isBusy(error) || performance.now() >= untilMs) return { error };
      }
      await sleep(BUSY_STEP_MS);
    }
  }

  #commit(tasks: readonly Task[]): void {
    this.#connection.use((db) =>
      db.write(() => {
        for (const { run } of tasks) run(db);
        operations.markUsed(db, this.#used);
        this.#size = operations.readTotal(db);
      }),
    );
    this.#used.clear();
  }

  /** A slice a turn: what has expired, then what was not used for longest. */
  async #clean(): Promise<void> {
    if (this.#excessBytes(1) <= 0) return;
    while (this.#excessBytes(CLEAN_TO_RATIO) > 0) {
      const failure = await this.#tryCommit([this.#cleaning()]);
      if (failure !== undefined) return this.#tellUncleaned(failure.error);
      this.#isUncleanedTold = false;
      await nextTurn();
    }
  }

  /** Once for a row of failures: each write tries again. */
  #tellUncleaned(error: unknown): void {
    // Another process is at work, perhaps at the same cleaning.
    if (this.#isUncleanedTold || isBusy(error)) return;
    this.#isUncleanedTold = true;
    this.#emit?.({
      type: 'notice',
      level: 'warn',
      message: 'The file of cached values cannot be kept within its limit: deleting from it fails.',
      details: { reason: error instanceof Error ? error.message : String(error) },
    });
  }

  #cleaning(): Task {
    const run = (db: CacheDatabase): void => {
      if (operations.deleteExpired(db, this.#clock.now(), CLEAN_ROWS) > 0) return;
      operations.deleteOldest(db, this.#excessBytes(CLEAN_TO_RATIO), CLEAN_ROWS);
    };
    return { address: undefined, run, resolve: () => {}, reject: () => {} };
  }

  #excessBytes(ratio: number): number {
    return (this.#size?.bytes ?? 0) - this.#limitBytes * ratio;
  }

  #markUsed(entry: number, nowMs: number): void {
    if (this.#used.size < MAX_USED_MARKS) this.#used.set(entry, nowMs);
  }

  #postChange(db: CacheDatabase, address: EntryAddress): void {
    if (this.#board.isTracked(db, address.cache)) this.#board.post(db, { kind: 'changed', address });
  }

  #readNews(): void {
    try {
      const items = this.#connection.use((db) => this.#board.read(db));
      for (const news of items) for (const listener of this.#listeners) listener(news);
    } catch {
      // The file is busy, resting or being made anew; the next look tells.
    }
  }
}

function isSame(one: EntryAddress, other: EntryAddress): boolean {
  return one.id === other.id && one.tenant === other.tenant && one.cache === other.cache;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

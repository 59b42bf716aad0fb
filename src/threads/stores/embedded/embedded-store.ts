import { type Clock, newId, systemClock } from '../../../core/index.js';
import { retryBusy, type SqlDatabase } from '../../../sql/index.js';
import { parseCursor, printCursor } from '../../cursor.js';
import { HeldLeases } from '../../held-lease.js';
import {
  checkDetails,
  checkLastTurns,
  checkLimit,
  checkPrune,
  checkpointNotFound,
  checkThreadId,
  checkThreads,
  DEFAULT_LEASE_MS,
  leaseLost,
  threadExists,
  threadNotFound,
} from '../../limits.js';
import { lifeAfter, type ThreadStoreOptions } from '../../options.js';
import {
  encodeTurn,
  newDetails,
  parseDetails,
  parsePath,
  patchDetails,
  pathFrom,
  pathHead,
  pathWithout,
  printDetails,
  readEntry,
  readTurn,
  type ThreadDetails,
  threadInfo,
} from '../../records/index.js';
import type {
  AppendedTurn,
  AppendOptions,
  CreateThread,
  HistoryOptions,
  HistoryPage,
  LoadOptions,
  NewTurn,
  OpenedThread,
  OpenOptions,
  PruneOptions,
  ThreadInfo,
  ThreadPage,
  ThreadPatch,
  ThreadState,
  ThreadStore,
  Turn,
  WriteOptions,
} from '../../spec.js';
import { planAppend } from './append.js';
import { firstKept, pathTo, readState, recounted, rowInfo } from './thread-reads.js';
import {
  changeOf,
  findThread,
  insertThread,
  listThreads,
  storedThread,
  type ThreadChange,
  type ThreadRow,
  updateThread,
} from './thread-rows.js';
import {
  copyTurns,
  deleteThreadRows,
  deleteTurn,
  deleteTurnsBelow,
  insertTurn,
  readAllTurns,
  readPathTurns,
  readTurnRow,
} from './turn-rows.js';

/** Threads that one sweep takes away at most, so that it never holds the file for long. */
const SWEEP_LIMIT = 100;

/** Threads in `threads.db`. Several processes may use the file; each call is one short transaction. */
export class EmbeddedThreadStore implements ThreadStore {
  readonly #db: SqlDatabase;
  readonly #options: ThreadStoreOptions;
  readonly #clock: Clock;
  readonly #leases = new HeldLeases();
  #sweeping: NodeJS.Timeout | undefined;

  constructor(db: SqlDatabase, options: ThreadStoreOptions = {}, clock: Clock = systemClock) {
    this.#db = db;
    this.#options = options;
    this.#clock = clock;
    const everyMs = options.sweepIntervalMs ?? 60_000;
    if (options.life && everyMs > 0)
      this.#sweeping = setInterval(() => void this.sweep().catch(() => {}), everyMs).unref();
  }

  async create(tenant: string, thread: CreateThread): Promise<ThreadInfo> {
    const id = checkThreadId(thread.id ?? newId('thread'));
    return this.#write((nowMs) => {
      const there = findThread(this.#db, tenant, id, nowMs);
      if (there && thread.ifExists !== 'keep') throw threadExists({ id });
      return rowInfo(there ?? this.#insert(tenant, id, newDetails(thread), nowMs));
    });
  }

  async load(tenant: string, thread: string, options: LoadOptions = {}): Promise<ThreadState> {
    const count = checkLastTurns(options);
    return this.#use(count, (nowMs) => this.#used(this.#find(tenant, thread, nowMs), count, nowMs));
  }

  async loadMany(
    tenant: string,
    threads: readonly string[],
    options: LoadOptions = {},
  ): Promise<readonly (ThreadState | undefined)[]> {
    const count = checkLastTurns(options);
    const ids = checkThreads(threads);
    return this.#use(count, (nowMs) =>
      ids.map((id) => {
        const row = findThread(this.#db, tenant, id, nowMs);
        return row && this.#used(row, count, nowMs);
      }),
    );
  }

  async open(tenant: string, thread: string, options: OpenOptions): Promise<OpenedThread | undefined> {
    const count = checkLastTurns(options);
    const ttlMs = options.ttlMs ?? DEFAULT_LEASE_MS;
    return this.#write((nowMs) => {
      const row = this.#openable(tenant, thread, options, nowMs);
      if (row.lease_expires_at_ms > nowMs) return undefined;
      const fence = row.fence + 1;
      this.#db.run('UPDATE threads SET fence = ?, lease_holder = ?, lease_expires_at_ms = ? WHERE row = ?', [
        fence,
        options.holder,
        nowMs + ttlMs,
        row.row,
      ]);
      const state = this.#used(row, count, nowMs);
      return { lease: this.#hold(tenant, thread, row.row, { fence, ttlMs }), state };
    });
  }

  async append(tenant: string, thread: string, turn: NewTurn, options: AppendOptions): Promise<AppendedTurn> {
    const record = encodeTurn(turn);
    return this.#change(tenant, thread, options, (row, nowMs) => {
      const { sequence, parent, change } = planAppend(this.#db, row, record, options.after);
      insertTurn(this.#db, row.row, { tenant, sequence, parent, createdAtMs: nowMs, record });
      return { change, result: (changed) => ({ sequence, parent, info: changed }) };
    });
  }

  moveHead(tenant: string, thread: string, sequence: number, options: WriteOptions): Promise<ThreadInfo> {
    return this.#change(tenant, thread, options, (row) => ({
      change: { ...changeOf(row), path: pathTo(this.#db, row, sequence) },
      result: (changed) => changed,
    }));
  }

  getTurn(tenant: string, thread: string, sequence: number): Promise<Turn> {
    return this.#read((nowMs) => {
      const stored = readTurnRow(this.#db, this.#find(tenant, thread, nowMs).row, sequence);
      if (!stored) throw checkpointNotFound(thread, sequence);
      return readTurn(thread, stored);
    });
  }

  removeTurn(tenant: string, thread: string, sequence: number, options: WriteOptions): Promise<ThreadInfo> {
    return this.#change(tenant, thread, options, (row) => {
      const stored = readTurnRow(this.#db, row.row, sequence);
      if (!stored) throw checkpointNotFound(thread, sequence);
      deleteTurn(this.#db, row.row, stored);
      const path = pathWithout(parsePath(row.path), sequence);
      return { change: recounted(this.#db, row, { path }), result: (changed) => changed };
    });
  }

  async history(tenant: string, thread: string, options: HistoryOptions): Promise<HistoryPage> {
    const limit = checkLimit(options.limit);
    return this.#read((nowMs) => {
      const row = this.#find(tenant, thread, nowMs);
      const before = options.before ?? Number.MAX_SAFE_INTEGER;
      const turns =
        options.branches === 'all'
          ? readAllTurns(this.#db, row.row, limit + 1, before)
          : readPathTurns(this.#db, row.row, parsePath(row.path), limit + 1, before);
      const entries = turns.slice(0, limit).map((turn) => readEntry(thread, turn));
      const last = turns[limit - 1];
      return { entries, ...(turns.length > limit && last && { nextBefore: last.sequence }) };
    });
  }

  async list(
    tenant: string,
    options: { readonly limit: number; readonly cursor?: string },
  ): Promise<ThreadPage> {
    const limit = checkLimit(options.limit);
    const after = options.cursor === undefined ? undefined : parseCursor(options.cursor);
    return this.#read((nowMs) => {
      const rows = listThreads(this.#db, tenant, { limit: limit + 1, after, nowMs });
      const items = rows.slice(0, limit).map(rowInfo);
      const last = items.at(-1);
      return { items, ...(rows.length > limit && last && { nextCursor: printCursor(last) }) };
    });
  }

  patch(tenant: string, thread: string, patch: ThreadPatch): Promise<ThreadInfo> {
    return this.#write((nowMs) => {
      const row = this.#find(tenant, thread, nowMs);
      const details = checkDetails(printDetails(patchDetails(parseDetails(row.details), patch)));
      this.#db.run('UPDATE threads SET details = ? WHERE row = ?', [details, row.row]);
      return rowInfo({ ...row, details });
    });
  }

  async fork(
    tenant: string,
    thread: string,
    options: { readonly at?: number } & CreateThread = {},
  ): Promise<ThreadInfo> {
    return this.#duplicate(tenant, thread, options, (row) => {
      const path = pathTo(this.#db, row, options.at ?? pathHead(parsePath(row.path)));
      return { path, turns: path };
    });
  }

  async copy(tenant: string, thread: string, options: CreateThread = {}): Promise<ThreadInfo> {
    return this.#duplicate(tenant, thread, options, (row) => ({
      path: parsePath(row.path),
      turns: row.last_sequence === 0 ? [] : [[1, row.last_sequence]],
    }));
  }

  async prune(tenant: string, thread: string, options: PruneOptions & WriteOptions): Promise<number> {
    checkPrune(options);
    return this.#change(tenant, thread, options, (row, nowMs) => {
      const first = firstKept(this.#db, row, options, nowMs);
      const removed = deleteTurnsBelow(this.#db, row.row, first);
      const path = pathFrom(parsePath(row.path), first);
      return { change: recounted(this.#db, row, { path }), result: () => removed };
    });
  }

  delete(tenant: string, thread: string): Promise<void> {
    return this.#write((nowMs) => deleteThreadRows(this.#db, this.#find(tenant, thread, nowMs)));
  }

  sweep(): Promise<number> {
    return this.#write((nowMs) => {
      const rows = this.#db.all<{ row: number }>(
        'SELECT row FROM threads WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?',
        [nowMs, SWEEP_LIMIT],
      );
      for (const row of rows) deleteThreadRows(this.#db, row);
      return rows.length;
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
    this.#leases.forgetAll();
    this.#db.close();
  }

  #read<Result>(body: (nowMs: number) => Result): Promise<Result> {
    return retryBusy(this.#clock, () => this.#db.read(() => body(this.#clock.now())));
  }

  #write<Result>(body: (nowMs: number) => Result): Promise<Result> {
    return retryBusy(this.#clock, () => this.#db.write(() => body(this.#clock.now())));
  }

  /** A load writes only where being used prolongs a life. */
  #use<Result>(turns: number, body: (nowMs: number) => Result): Promise<Result> {
    return this.#options.life && turns > 0 ? this.#write(body) : this.#read(body);
  }

  /** A change of the conversation, refused without the newest fence. */
  #change<Result>(
    tenant: string,
    thread: string,
    options: WriteOptions,
    body: (
      row: ThreadRow,
      nowMs: number,
    ) => { readonly change: ThreadChange; readonly result: (changed: ThreadInfo) => Result },
  ): Promise<Result> {
    return this.#write((nowMs) => {
      const row = this.#find(tenant, thread, nowMs);
      if (options.fence < 1 || row.fence !== options.fence) throw leaseLost(thread);
      const { change, result } = body(row, nowMs);
      const expiresAtMs = this.#expiry(row.uses, nowMs);
      updateThread(this.#db, row, change, { nowMs, expiresAtMs, release: options.release === true });
      return result(threadInfo({ ...storedThread(row), ...change, updatedAtMs: nowMs, expiresAtMs }));
    }).then((result) => {
      if (options.release) this.#leases.released(tenant, thread, options.fence);
      return result;
    });
  }

  async #duplicate(
    tenant: string,
    thread: string,
    options: CreateThread,
    choose: (row: ThreadRow) => Pick<ThreadChange, 'path'> & { readonly turns: ThreadChange['path'] },
  ): Promise<ThreadInfo> {
    const id = checkThreadId(options.id ?? newId('thread'));
    return this.#write((nowMs) => {
      const from = this.#find(tenant, thread, nowMs);
      if (findThread(this.#db, tenant, id, nowMs)) throw threadExists({ id });
      const { path, turns } = choose(from);
      const details = patchDetails(parseDetails(from.details), options);
      const to = this.#insert(tenant, id, details, nowMs);
      copyTurns(this.#db, from.row, to.row, turns);
      const change = recounted(this.#db, to, { path, lastSequence: from.last_sequence });
      const expiresAtMs = this.#expiry(0, nowMs);
      updateThread(this.#db, to, change, { nowMs, expiresAtMs, release: false });
      return threadInfo({ ...storedThread(to), ...change, details: printDetails(details) });
    });
  }

  #find(tenant: string, thread: string, nowMs: number): ThreadRow {
    const row = findThread(this.#db, tenant, thread, nowMs);
    if (!row) throw threadNotFound(thread);
    return row;
  }

  #used(row: ThreadRow, count: number, nowMs: number): ThreadState {
    if (!this.#options.life || count === 0) return readState(this.#db, row, count);
    const uses = row.uses + 1;
    const expires = this.#expiry(uses, nowMs) ?? null;
    this.#db.run('UPDATE threads SET uses = ?, expires_at_ms = ? WHERE row = ?', [uses, expires, row.row]);
    return readState(this.#db, { ...row, uses, expires_at_ms: expires }, count);
  }

  #expiry(uses: number, nowMs: number): number | undefined {
    const ttlMs = lifeAfter(this.#options.life, uses);
    return ttlMs === undefined ? undefined : nowMs + ttlMs;
  }

  #openable(tenant: string, thread: string, { create }: OpenOptions, nowMs: number): ThreadRow {
    const there = findThread(this.#db, tenant, thread, nowMs);
    if (there) return there;
    if (!create) throw threadNotFound(thread);
    return this.#insert(tenant, checkThreadId(thread), newDetails(create), nowMs);
  }

  #insert(tenant: string, id: string, details: ThreadDetails, nowMs: number): ThreadRow {
    // One that ran out of life but was not swept yet makes room.
    const old = findThread(this.#db, tenant, id, Number.MIN_SAFE_INTEGER);
    if (old) deleteThreadRows(this.#db, old);
    const text = checkDetails(printDetails(details));
    return insertThread(this.#db, { tenant, id, nowMs, expiresAtMs: this.#expiry(0, nowMs), details: text });
  }

  #hold(tenant: string, thread: string, row: number, grant: { fence: number; ttlMs: number }) {
    const extend = (untilMs: number): Promise<number> =>
      retryBusy(this.#clock, () =>
        this.#db.run('UPDATE threads SET lease_expires_at_ms = ? WHERE row = ? AND fence = ?', [
          untilMs,
          row,
          grant.fence,
        ]),
      );
    return this.#leases.hold(tenant, thread, grant, {
      renew: async () => (await extend(this.#clock.now() + grant.ttlMs)) === 1,
      release: async () => void (await extend(0)),
    });
  }
}

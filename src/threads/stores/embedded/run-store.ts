import { type Clock, systemClock } from '../../../core/index.js';
import { retryBusy, type SqlDatabase, type SqlValue } from '../../../sql/index.js';
import type { RunsOptions } from '../../options.js';
import { defaultRunsOptions } from '../../options.js';
import {
  type AddedRun,
  type CancelAction,
  DEAD,
  type NewRun,
  type RunEnd,
  type RunNews,
  type RunPlace,
  type RunRecord,
  type RunStore,
  type StartOutcome,
} from '../../runs/run-store.js';
import type { RunStatus } from '../../spec.js';
import { type RunRow, readRunRow } from './run-rows.js';

const LIVE = "status IN ('pending', 'running')";
/** SQLite cannot tell another process that something changed; only what waits on one looks, so often. */
const LOOK_MS = 100;
const SWEEP_LIMIT = 500;

/** Runs in `threads.db`, beside their threads. */
export class EmbeddedRunStore implements RunStore {
  readonly #db: SqlDatabase;
  readonly #node: string;
  readonly #options: Required<RunsOptions>;
  readonly #clock: Clock;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Live runs of this process: only while there are some can there be a cancel to look for. */
  readonly #mine = new Set<string>();
  #listener: (news: RunNews) => void = () => {};

  /** `node` names this process among those that use the file. */
  constructor(db: SqlDatabase, node: string, options: RunsOptions = {}, clock: Clock = systemClock) {
    this.#db = db;
    this.#node = node;
    this.#options = { ...defaultRunsOptions, ...options };
    this.#clock = clock;
  }

  async add(run: NewRun): Promise<AddedRun | undefined> {
    return this.#write((nowMs) => {
      this.#endDead('tenant = ? AND thread = ?', [run.tenant, run.thread], nowMs);
      const ahead = this.#queue(run);
      if (ahead.length > 0 && run.strategy === 'reject') return undefined;
      if (ahead.length > this.#options.maxWaitingRuns) return undefined;
      this.#insert(run, nowMs);
      return { createdAtMs: nowMs, ahead: ahead.map(({ id }) => id) };
    });
  }

  async start(place: RunPlace, run: string): Promise<StartOutcome> {
    return this.#write((nowMs): StartOutcome => {
      this.#endDead('tenant = ? AND thread = ?', [place.tenant, place.thread], nowMs);
      const queue = this.#queue(place);
      if (!queue.some(({ id }) => id === run)) return { kind: 'over' };
      const first = queue[0] as RunRecord;
      if (first.id !== run) return { kind: 'waiting', node: first.node };
      this.#db.run("UPDATE runs SET status = 'running', started_at_ms = ? WHERE tenant = ? AND id = ?", [
        nowMs,
        place.tenant,
        run,
      ]);
      return { kind: 'started' };
    });
  }

  async end(place: RunPlace, run: string, end: RunEnd): Promise<boolean> {
    const error = 'error' in end ? JSON.stringify(end.error) : null;
    this.#mine.delete(run);
    return this.#write(
      (nowMs) =>
        this.#db.run(
          `UPDATE runs SET status = ?, ended_at_ms = ?, error = ? WHERE tenant = ? AND id = ? AND ${LIVE}`,
          [end.status, nowMs, error, place.tenant, run],
        ) === 1,
    );
  }

  async renew(runs: readonly (RunPlace & { readonly run: string })[]): Promise<readonly RunNews[]> {
    if (runs.length === 0) return [];
    return this.#write((nowMs) => {
      this.#db.run(`UPDATE runs SET alive_until_ms = ? WHERE node = ? AND ${LIVE}`, [
        nowMs + this.#options.leaseMs,
        this.#node,
      ]);
      return this.#cancels();
    });
  }

  async cancel(place: RunPlace, run: string, action: CancelAction): Promise<RunRecord | undefined> {
    return this.#write((nowMs) => {
      this.#endDead('tenant = ? AND thread = ?', [place.tenant, place.thread], nowMs);
      this.#db.run(`UPDATE runs SET cancel = ? WHERE tenant = ? AND thread = ? AND id = ? AND ${LIVE}`, [
        action,
        place.tenant,
        place.thread,
        run,
      ]);
      return this.#find('tenant = ? AND thread = ? AND id = ?', [place.tenant, place.thread, run]);
    });
  }

  async get(place: RunPlace, run: string): Promise<RunRecord | undefined> {
    return this.#look('tenant = ? AND thread = ? AND id = ?', [place.tenant, place.thread, run]);
  }

  async find(tenant: string, run: string): Promise<RunRecord | undefined> {
    return this.#look('tenant = ? AND id = ?', [tenant, run]);
  }

  async list(
    place: RunPlace,
    options: { readonly limit: number; readonly offset: number; readonly status?: RunStatus },
  ): Promise<readonly RunRecord[]> {
    return this.#write((nowMs) => {
      this.#endDead('tenant = ? AND thread = ?', [place.tenant, place.thread], nowMs);
      return this.#db
        .all<RunRow>(
          `SELECT * FROM runs WHERE tenant = ? AND thread = ? AND (? IS NULL OR status = ?)
           ORDER BY row DESC LIMIT ? OFFSET ?`,
          [
            place.tenant,
            place.thread,
            options.status ?? null,
            options.status ?? null,
            options.limit,
            options.offset,
          ],
        )
        .map(readRunRow);
    });
  }

  async remove(place: RunPlace, run: string): Promise<void> {
    this.#mine.delete(run);
    await this.#write(() =>
      this.#db.run('DELETE FROM runs WHERE tenant = ? AND thread = ? AND id = ?', [
        place.tenant,
        place.thread,
        run,
      ]),
    );
  }

  async sweep(): Promise<number> {
    return this.#write((nowMs) => {
      this.#db.run(
        'DELETE FROM runs WHERE row IN (SELECT row FROM runs WHERE ended_at_ms < ? ORDER BY ended_at_ms LIMIT ?)',
        [nowMs - this.#options.keepRunMs, SWEEP_LIMIT],
      );
      return this.#endDead('1', [], nowMs);
    });
  }

  async listen(listener: (news: RunNews) => void): Promise<void> {
    this.#listener = listener;
    this.#every(() => {
      if (this.#mine.size > 0) for (const news of this.#cancels()) listener(news);
    });
  }

  async watch(place: RunPlace): Promise<() => void> {
    return this.#every(() => this.#listener({ kind: 'changed', ...place }));
  }

  /** The database is its opener's. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
  }

  #every(look: () => void): () => void {
    const timer = setInterval(() => {
      try {
        look();
      } catch {
        // Locked or full just now: the next look will do.
      }
    }, LOOK_MS).unref();
    this.#timers.add(timer);
    return () => {
      clearInterval(timer);
      this.#timers.delete(timer);
    };
  }

  #write<Result>(body: (nowMs: number) => Result): Promise<Result> {
    return retryBusy(this.#clock, () => this.#db.write(() => body(this.#clock.now())));
  }

  #look(where: string, params: readonly SqlValue[]): Promise<RunRecord | undefined> {
    return this.#write((nowMs) => {
      this.#endDead(where, params, nowMs);
      return this.#find(where, params);
    });
  }

  #find(where: string, params: readonly SqlValue[]): RunRecord | undefined {
    const row = this.#db.first<RunRow>(`SELECT * FROM runs WHERE ${where} LIMIT 1`, params);
    return row && readRunRow(row);
  }

  #queue({ tenant, thread }: RunPlace): RunRecord[] {
    return this.#db
      .all<RunRow>(`SELECT * FROM runs WHERE tenant = ? AND thread = ? AND ${LIVE} ORDER BY row`, [
        tenant,
        thread,
      ])
      .map(readRunRow);
  }

  #endDead(where: string, params: readonly SqlValue[], nowMs: number): number {
    return this.#db.run(
      `UPDATE runs SET status = 'error', error = ?, ended_at_ms = ?
       WHERE ${where} AND alive_until_ms <= ? AND ${LIVE}`,
      [DEAD, nowMs, ...params, nowMs],
    );
  }

  #cancels(): RunNews[] {
    return this.#db
      .all<{ id: string; cancel: CancelAction }>(
        `SELECT id, cancel FROM runs WHERE ${LIVE} AND node = ? AND cancel IS NOT NULL`,
        [this.#node],
      )
      .map(({ id, cancel }) => ({ kind: 'cancel', run: id, action: cancel }));
  }

  #insert(run: NewRun, nowMs: number): void {
    this.#mine.add(run.id);
    this.#db.run(
      `INSERT INTO runs (tenant, thread, id, status, strategy, metadata, node, alive_until_ms, created_at_ms)
       VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?)`,
      [
        run.tenant,
        run.thread,
        run.id,
        run.strategy,
        JSON.stringify(run.metadata),
        run.node,
        nowMs + this.#options.leaseMs,
        nowMs,
      ],
    );
  }
}

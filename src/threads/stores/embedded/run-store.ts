import { type Clock, systemClock } from '../../../core/index.js';
import { retryBusy, type SqlDatabase, type SqlValue } from '../../../sql/index.js';
import type { Neighbours } from '../../neighbours/index.js';
import type { RunsOptions } from '../../options.js';
import { defaultRunsOptions } from '../../options.js';
import {
  type AddedRun,
  type CancelAction,
  DEAD,
  isLive,
  type LostRun,
  type NewRun,
  type RunEnd,
  type RunNews,
  type RunPlace,
  type RunRecord,
  type RunStore,
  type StartOutcome,
  type Swept,
} from '../../runs/run-store.js';
import type { LostTurn, RunStatus } from '../../spec.js';
import { type RunRow, readRunRow } from './run-rows.js';

const LIVE = "status IN ('pending', 'running')";
/** As the index says it. */
const LOST = "if_lost IS NOT NULL AND status = 'error'";
const SWEEP_LIMIT = 500;

/** Runs in `threads.db`, beside their threads. SQLite tells nobody that something changed, so neighbours tell each other. */
export class EmbeddedRunStore implements RunStore {
  readonly #db: SqlDatabase;
  readonly #neighbours: Neighbours;
  readonly #options: Required<RunsOptions>;
  readonly #clock: Clock;
  readonly #watches = new Set<AbortController>();
  #listener: (news: RunNews) => void = () => {};

  constructor(
    db: SqlDatabase,
    neighbours: Neighbours,
    options: RunsOptions = {},
    clock: Clock = systemClock,
  ) {
    this.#db = db;
    this.#neighbours = neighbours;
    this.#options = { ...defaultRunsOptions, ...options };
    this.#clock = clock;
  }

  async add(run: NewRun): Promise<AddedRun | undefined> {
    return this.#write((nowMs) => {
      this.#endDead('tenant = ? AND thread = ?', [run.tenant, run.thread], nowMs);
      const ahead = this.#queue(run);
      if (ahead.length > 0 && run.strategy === 'reject') return undefined;
      if (ahead.length > this.#options.maxWaitingRuns) return undefined;
      this.#insert(run, nowMs, ahead.length === 0);
      return { createdAtMs: nowMs, ahead: ahead.map(({ id }) => id), hasLost: this.#hasLost(run) };
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
      return { kind: 'started', hasLost: this.#hasLost(place) };
    });
  }

  async end(place: RunPlace, run: string, end: RunEnd): Promise<boolean> {
    const error = 'error' in end ? JSON.stringify(end.error) : null;
    const ended = await this.#write((nowMs) =>
      this.#db.run(
        `UPDATE runs SET status = ?, ended_at_ms = ?, error = ?, if_lost = NULL
         WHERE tenant = ? AND id = ? AND ${LIVE}`,
        [end.status, nowMs, error, place.tenant, run],
      ),
    );
    this.#neighbours.changed(place);
    return ended === 1;
  }

  async renew(runs: readonly (RunPlace & { readonly run: string })[]): Promise<readonly RunNews[]> {
    if (runs.length === 0) return [];
    return this.#write((nowMs) => {
      this.#db.run(`UPDATE runs SET alive_until_ms = ? WHERE node = ? AND ${LIVE}`, [
        nowMs + this.#options.leaseMs,
        this.#neighbours.node,
      ]);
      return this.#cancels();
    });
  }

  async cancel(place: RunPlace, run: string, action: CancelAction): Promise<RunRecord | undefined> {
    const record = await this.#markCancelled(place, run, action);
    if (record && isLive(record.status) && record.node !== this.#neighbours.node)
      await this.#neighbours.cancel(record.node, run, action);
    return record;
  }

  #markCancelled(place: RunPlace, run: string, action: CancelAction): Promise<RunRecord | undefined> {
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
    await this.#write(() =>
      this.#db.run('DELETE FROM runs WHERE tenant = ? AND thread = ? AND id = ?', [
        place.tenant,
        place.thread,
        run,
      ]),
    );
    this.#neighbours.changed(place);
  }

  async sweep(): Promise<Swept> {
    return this.#write((nowMs) => {
      this.#db.run(
        'DELETE FROM runs WHERE row IN (SELECT row FROM runs WHERE ended_at_ms < ? ORDER BY ended_at_ms LIMIT ?)',
        [nowMs - this.#options.keepRunMs, SWEEP_LIMIT],
      );
      const dead = this.#endDead('1', [], nowMs);
      return { dead, lost: this.#lostPlaces('1', []) };
    });
  }

  async lost({ tenant, thread }: RunPlace): Promise<readonly LostRun[]> {
    return this.#db
      .all<{ id: string; ended_at_ms: number; if_lost: string }>(
        `SELECT id, ended_at_ms, if_lost FROM runs WHERE tenant = ? AND thread = ? AND ${LOST} ORDER BY row`,
        [tenant, thread],
      )
      .map((row) => ({
        run: row.id,
        endedAtMs: row.ended_at_ms,
        turn: JSON.parse(row.if_lost) as LostTurn,
      }));
  }

  async restored({ tenant }: RunPlace, run: string): Promise<void> {
    await this.#write(() =>
      this.#db.run('UPDATE runs SET if_lost = NULL WHERE tenant = ? AND id = ?', [tenant, run]),
    );
  }

  /** Clears up after processes that died before this one began, too. */
  async listen(listener: (news: RunNews) => void): Promise<void> {
    this.#listener = listener;
    await this.#neighbours.listen({
      cancel: (run, action) => listener({ kind: 'cancel', run, action }),
      died: (node) => this.#endNode(node),
    });
    await Promise.all(this.#nodes('1', []).map((node) => this.#neighbours.probe(node)));
  }

  /** Hears of the processes that have live runs on the thread now: who comes later stands behind them. */
  async watch(place: RunPlace): Promise<() => void> {
    const watch = new AbortController();
    const onChange = (): void => {
      if (!watch.signal.aborted) this.#listener({ kind: 'changed', ...place });
    };
    // Whoever cannot be watched is not heard of; who waits looks again by and by, also without that.
    for (const node of this.#nodes('tenant = ? AND thread = ?', [place.tenant, place.thread]))
      this.#neighbours.watch(node, place, onChange, watch.signal).catch(() => {});
    this.#watches.add(watch);
    return () => {
      this.#watches.delete(watch);
      watch.abort();
    };
  }

  /** The database is its opener's. */
  async close(): Promise<void> {
    for (const watch of this.#watches) watch.abort();
    this.#watches.clear();
    await this.#neighbours.close();
  }

  /** Other processes with live runs. */
  #nodes(where: string, params: readonly SqlValue[]): string[] {
    return this.#db
      .all<{ node: string }>(`SELECT DISTINCT node FROM runs WHERE ${where} AND ${LIVE} AND node != ?`, [
        ...params,
        this.#neighbours.node,
      ])
      .map(({ node }) => node);
  }

  /** A process is dead: its runs have failed, and their threads are free. */
  async #endNode(node: string): Promise<void> {
    await this.#write((nowMs) => {
      this.#db.run(
        `UPDATE threads SET lease_expires_at_ms = 0 WHERE row IN (
           SELECT threads.row FROM runs JOIN threads ON threads.tenant = runs.tenant AND threads.id = runs.thread
           WHERE runs.node = ? AND runs.${LIVE} AND threads.lease_holder = runs.id)`,
        [node],
      );
      this.#db.run(
        `UPDATE runs SET status = 'error', error = ?, ended_at_ms = ? WHERE node = ? AND ${LIVE}`,
        [DEAD, nowMs, node],
      );
    });
    for (const place of this.#lostPlaces('node = ?', [node])) this.#listener({ kind: 'lost', ...place });
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

  #hasLost({ tenant, thread }: RunPlace): boolean {
    const where = `tenant = ? AND thread = ? AND ${LOST}`;
    return this.#db.first(`SELECT 1 FROM runs WHERE ${where} LIMIT 1`, [tenant, thread]) !== undefined;
  }

  #lostPlaces(where: string, params: readonly SqlValue[]): RunPlace[] {
    return this.#db.all<{ tenant: string; thread: string }>(
      `SELECT DISTINCT tenant, thread FROM runs WHERE ${where} AND ${LOST} LIMIT ?`,
      [...params, SWEEP_LIMIT],
    );
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
        [this.#neighbours.node],
      )
      .map(({ id, cancel }) => ({ kind: 'cancel', run: id, action: cancel }));
  }

  #insert(run: NewRun, nowMs: number, starts: boolean): void {
    this.#db.run(
      `INSERT INTO runs
         (tenant, thread, id, status, strategy, metadata, node, alive_until_ms, created_at_ms, started_at_ms, if_lost)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        run.tenant,
        run.thread,
        run.id,
        starts ? 'running' : 'pending',
        run.strategy,
        JSON.stringify(run.metadata),
        run.node,
        nowMs + this.#options.leaseMs,
        nowMs,
        starts ? nowMs : null,
        run.ifLost === undefined ? null : JSON.stringify(run.ifLost),
      ],
    );
  }
}

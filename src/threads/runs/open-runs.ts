import { type BatchSource, errorFromData, NaraeError, newId, toNaraeError } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import { checkRunMetadata } from '../limits.js';
import { defaultRunsOptions, type RunsOptions } from '../options.js';
import type {
  CancelOptions,
  ReadRunOptions,
  RunEvent,
  RunInfo,
  RunRequest,
  RunStatus,
  Runs,
  ThreadStore,
} from '../spec.js';
import { ThreadChanges } from './changes.js';
import { RunConduct } from './conduct.js';
import { LiveRun } from './live-run.js';
import { LogShelf } from './log-shelf.js';
import { LostTurns } from './lost-turns.js';
import type { PartCodec } from './part-codec.js';
import { RunLog } from './run-log.js';
import {
  type AddedRun,
  isLive,
  type NewRun,
  type RunEnd,
  type RunNews,
  type RunPlace,
  type RunStore,
  runInfo,
  runNotFound,
} from './run-store.js';
import { RunStream } from './run-streams.js';
import type { SharedLogs } from './shared-log.js';

export interface RunsSettings<Part> {
  readonly threads: ThreadStore;
  readonly store: RunStore;
  /** Names this process; the store's. */
  readonly node: string;
  readonly codec: PartCodec<Part>;
  /** Absent: streams can be read in this process only. */
  readonly shared?: SharedLogs<Part>;
  readonly options?: RunsOptions;
  readonly emit?: EventSink;
}

/** Renewals in the life of a run's lease, so that one that is late does no harm. */
const RENEWALS = 3;
const MAX_PAGE = 1_000;

/** Begins to hear of other processes and to renew what lives. Close it before its stores. Rejects as its store does. */
export async function openRuns<Part>(settings: RunsSettings<Part>): Promise<Runs<Part>> {
  const runs = new OpenRuns(settings);
  try {
    await runs.listen();
    return runs;
  } catch (error) {
    await runs.close().catch(() => {});
    throw error;
  }
}

class OpenRuns<Part> implements Runs<Part> {
  readonly #settings: RunsSettings<Part>;
  readonly #options: Required<RunsOptions>;
  readonly #live = new Map<string, LiveRun<Part>>();
  readonly #ended: LogShelf<Part>;
  readonly #changes: ThreadChanges;
  readonly #lost: LostTurns;
  readonly #conduct: RunConduct<Part>;
  readonly #heartbeat: NodeJS.Timeout;
  #restoring: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(settings: RunsSettings<Part>) {
    this.#settings = settings;
    this.#options = { ...defaultRunsOptions, ...settings.options };
    const { maxTotalLogBytes, keepLogMs, leaseMs } = this.#options;
    this.#ended = new LogShelf({ maxBytes: maxTotalLogBytes, keepMs: keepLogMs });
    this.#changes = new ThreadChanges(leaseMs / RENEWALS);
    this.#lost = new LostTurns({ ...settings, leaseMs });
    this.#conduct = new RunConduct({
      ...settings,
      leaseMs,
      lost: this.#lost,
      changes: this.#changes,
      report: (error) => this.#report(error),
    });
    this.#heartbeat = setInterval(() => void this.#beat(), leaseMs / RENEWALS).unref();
  }

  listen(): Promise<void> {
    this.#settings.shared?.serve?.((...run) => this.stream(...run));
    return this.#settings.store.listen((news) => this.#hear(news));
  }

  async create(request: RunRequest<Part>): Promise<RunInfo> {
    if (this.#closing) throw new NaraeError('closing');
    const { tenant, thread, strategy = 'enqueue', metadata = {} } = request;
    checkRunMetadata(metadata);
    const id = request.id ?? newId('run');
    const { ifLost } = request;
    const { node } = this.#settings;
    const run: NewRun = { tenant, thread, id, strategy, metadata, node, ...(ifLost && { ifLost }) };
    const live = this.#newLive(id, request);
    if (this.#has(live.place, id)) throw new NaraeError('thread_busy', { values: { thread } });
    this.#live.set(keyOf(live.place, id), live);
    const added = await this.#add(run, request).catch((error: unknown) => {
      this.#live.delete(keyOf(live.place, id));
      live.done.resolve();
      throw error;
    });
    if (strategy === 'interrupt' || strategy === 'rollback')
      await Promise.all(added.ahead.map((ahead) => this.#stopRun(live.place, ahead, strategy)));
    if (this.#closing) live.stop('closing');
    void this.#conduct.carryOut(live, added).then((end) => this.#finish(live, end));
    return { id, thread, status: 'pending', strategy, metadata, createdAtMs: added.createdAtMs };
  }

  async get(tenant: string, thread: string, run: string): Promise<RunInfo> {
    const record = await this.#settings.store.get({ tenant, thread }, run);
    if (!record) throw runNotFound(run);
    return runInfo(record);
  }

  async find(tenant: string, run: string): Promise<RunInfo> {
    const record = await this.#settings.store.find(tenant, run);
    if (!record) throw runNotFound(run);
    return runInfo(record);
  }

  async list(
    tenant: string,
    thread: string,
    options: { readonly limit?: number; readonly offset?: number; readonly status?: RunStatus } = {},
  ): Promise<readonly RunInfo[]> {
    const { limit = 100, offset = 0, status } = options;
    const page = { limit: Math.min(limit, MAX_PAGE), offset, ...(status && { status }) };
    return (await this.#settings.store.list({ tenant, thread }, page)).map(runInfo);
  }

  async wait(tenant: string, thread: string, run: string, signal?: AbortSignal): Promise<RunInfo> {
    const place = { tenant, thread };
    const stopWatching = this.#has(place, run) ? () => {} : await this.#settings.store.watch(place);
    try {
      return await this.#changes.until(place, signal, async () => {
        const info = await this.get(tenant, thread, run);
        return isLive(info.status) ? undefined : info;
      });
    } finally {
      stopWatching();
    }
  }

  stream(
    tenant: string,
    thread: string,
    run: string,
    options: ReadRunOptions = {},
  ): BatchSource<RunEvent<Part>> {
    const place = { tenant, thread };
    const { store, shared } = this.#settings;
    const key = keyOf(place, run);
    return new RunStream({
      place,
      run,
      options,
      log: this.#live.get(key)?.log ?? this.#ended.get(key),
      store,
      shared,
      cancel: () => void this.#stopRun(place, run, 'interrupt').catch((error) => this.#report(error)),
    });
  }

  async cancel(tenant: string, thread: string, run: string, options: CancelOptions = {}): Promise<void> {
    const place = { tenant, thread };
    const live = this.#live.get(keyOf(place, run));
    if (!(await this.#stopRun(place, run, options.action ?? 'interrupt'))) throw runNotFound(run);
    if (!options.wait) return;
    if (live) await live.done.promise;
    // A run that was rolled back is forgotten.
    else await this.wait(tenant, thread, run, options.signal).catch(ignoreNotFound);
  }

  async delete(tenant: string, thread: string, run: string): Promise<void> {
    if (isLive((await this.get(tenant, thread, run)).status))
      throw new NaraeError('thread_busy', { values: { thread } });
    this.#ended.delete(keyOf({ tenant, thread }, run));
    await this.#settings.store.remove({ tenant, thread }, run);
  }

  async sweep(): Promise<number> {
    const { dead, lost } = await this.#settings.store.sweep();
    for (const place of lost) await this.#restore(place);
    return dead;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // A run that is being accepted just now stops as soon as it is.
    while (this.#live.size > 0) {
      const live = [...this.#live.values()];
      for (const run of live) run.stop('closing');
      await Promise.all(live.map((run) => run.done.promise));
    }
    clearInterval(this.#heartbeat);
    await this.#restoring;
    this.#ended.clear();
    await this.#settings.store.close();
  }

  /** The thread is looked for, or made, on the same way as the run is added. */
  async #add(run: NewRun, request: RunRequest<Part>): Promise<AddedRun> {
    const { store } = this.#settings;
    const [thread, added] = await Promise.allSettled([this.#needThread(request), store.add(run)]);
    if (thread.status === 'rejected') {
      if (added.status === 'fulfilled' && added.value) await store.remove(run, run.id);
      throw thread.reason;
    }
    if (added.status === 'rejected') throw added.reason;
    if (added.value) return added.value;
    throw new NaraeError('thread_busy', { values: { thread: run.thread } });
  }

  async #needThread({ tenant, thread, createThread }: RunRequest<Part>): Promise<void> {
    const { threads } = this.#settings;
    if (createThread) await threads.create(tenant, { ...createThread, id: thread, ifExists: 'keep' });
    else await threads.load(tenant, thread, { lastTurns: 0 });
  }

  #newLive(id: string, request: RunRequest<Part>): LiveRun<Part> {
    const { maxEvents, maxLogBytes } = this.#options;
    const log = new RunLog<Part>(id, this.#settings.codec, { maxEvents, maxBytes: maxLogBytes });
    const shared = this.#settings.shared?.writer?.(request.tenant, id);
    return new LiveRun({ id, request, log, shared, timeoutMs: request.timeoutMs ?? this.#options.timeoutMs });
  }

  async #finish(live: LiveRun<Part>, end: RunEnd): Promise<void> {
    const key = keyOf(live.place, live.id);
    this.#live.delete(key);
    this.#ended.put(key, live.log);
    await live.endLog('error' in end ? errorFromData(end.error) : undefined);
    live.request.onOver?.();
    this.#changes.changed(live.place);
    live.done.resolve();
  }

  /** False where there is no such run. */
  async #stopRun(place: RunPlace, run: string, reason: 'interrupt' | 'rollback'): Promise<boolean> {
    const live = this.#live.get(keyOf(place, run));
    if (!live) return (await this.#settings.store.cancel(place, run, reason)) !== undefined;
    live.stop(reason);
    return true;
  }

  #has(place: RunPlace, run: string): boolean {
    return this.#live.has(keyOf(place, run));
  }

  #hear(news: RunNews): void {
    if (news.kind === 'changed') this.#changes.changed(news);
    else if (news.kind === 'lost') void this.#restore(news);
    else for (const live of this.#live.values()) if (live.id === news.run) live.stop(news.action);
  }

  async #beat(): Promise<void> {
    try {
      const live = [...this.#live.values()].map(({ id, place }) => ({ ...place, run: id }));
      for (const news of await this.#settings.store.renew(live)) this.#hear(news);
      await this.sweep();
    } catch (error) {
      this.#report(error);
    }
  }

  /** One thread after another: after a crash there may be many. Never rejects. */
  #restore(place: RunPlace): Promise<void> {
    this.#restoring = this.#restoring
      .then(() => (this.#closing === undefined ? this.#lost.restore(place) : undefined))
      .catch((error: unknown) => this.#report(error));
    return this.#restoring;
  }

  #report(thrown: unknown): void {
    const { code, message } = toNaraeError(thrown);
    this.#settings.emit?.({ type: 'error', code, message, cause: thrown });
  }
}

function keyOf({ tenant, thread }: RunPlace, run: string): string {
  return `${tenant}\n${thread}\n${run}`;
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof NaraeError && error.code === 'run_not_found')) throw error;
}

import type { Redis, RedisArgument, RedisReply, RedisScript } from '../../../redis/spec.js';
import { defaultRunsOptions, type RunsOptions } from '../../options.js';
import type {
  AddedRun,
  CancelAction,
  LostRun,
  NewRun,
  RunEnd,
  RunNews,
  RunPlace,
  RunRecord,
  RunStore,
  StartOutcome,
  Swept,
} from '../../runs/run-store.js';
import type { LostTurn, RunStatus } from '../../spec.js';
import type { ThreadKeys } from './keys.js';
import { list, text } from './replies.js';
import { printRunInfo, readRunInfo, readRunRecord } from './run-replies.js';
import {
  ADD_RUN,
  CANCEL_RUN,
  END_RUN,
  GET_RUN,
  LIST_RUNS,
  LOST_RUNS,
  REAP_RUNS,
  REMOVE_RUN,
  RENEW_RUNS,
  RUN_RESTORED,
  START_RUN,
} from './run-scripts.js';

/** Runs of one thread that are remembered at most. */
const MAX_RUNS = 1_000;
/** Longer than a cache would wait, as for threads. */
const RUN_DEADLINE_MS = 5_000;
/** Threads that one sweep looks at. */
const SWEEP_LIMIT = 100;

/** Runs in Redis. What a node must hear comes on its own channel, what changes on a thread on that thread's. */
export class RedisRunStore implements RunStore {
  readonly #redis: Redis;
  readonly #keys: ThreadKeys;
  readonly #node: string;
  readonly #options: Required<RunsOptions>;
  readonly #subscriptions = new Set<() => void>();
  #listener: (news: RunNews) => void = () => {};

  constructor(redis: Redis, keys: ThreadKeys, node: string, options: RunsOptions = {}) {
    this.#redis = redis;
    this.#keys = keys;
    this.#node = node;
    this.#options = { ...defaultRunsOptions, ...options };
  }

  async add(run: NewRun): Promise<AddedRun | undefined> {
    const { leaseMs, maxWaitingRuns, keepRunMs, timeoutMs } = this.#options;
    const rememberMs = keepRunMs + timeoutMs + leaseMs;
    this.#markLive([run]);
    this.#redis
      .call(['SET', this.#keys.runPointer(run.tenant, run.id), run.thread, 'PX', rememberMs])
      .catch(() => {});
    const reject = run.strategy === 'reject' ? 1 : 0;
    const ifLost = run.ifLost === undefined ? '' : JSON.stringify(run.ifLost);
    const args = [run.id, printRunInfo(run), reject, leaseMs, maxWaitingRuns, rememberMs, MAX_RUNS, ifLost];
    const [status, createdAtMs = null, ahead = null, owes] = await this.#run(ADD_RUN, run, args);
    if (text(status ?? null) !== 'ok') return undefined;
    return { createdAtMs: Number(text(createdAtMs)), ahead: list(ahead).map(text), hasLost: owes === 1 };
  }

  async start(place: RunPlace, run: string): Promise<StartOutcome> {
    const [status, first = null] = await this.#run(START_RUN, place, [run]);
    const word = text(status ?? null);
    if (word === 'waiting') return { kind: 'waiting', node: readRunInfo(first).node };
    return word === 'ok' ? { kind: 'started', hasLost: first === 1 } : { kind: 'over' };
  }

  async end(place: RunPlace, run: string, end: RunEnd): Promise<boolean> {
    const error = 'error' in end ? JSON.stringify(end.error) : '';
    const [status] = await this.#run(END_RUN, place, [run, end.status, error]);
    this.#tell(place);
    return text(status ?? null) === 'ok';
  }

  async renew(runs: readonly (RunPlace & { readonly run: string })[]): Promise<readonly RunNews[]> {
    this.#markLive(runs);
    const threads = new Map<string, { place: RunPlace; ids: string[] }>();
    for (const { tenant, thread, run } of runs) {
      const key = this.#keys.runs(tenant, thread);
      const known = threads.get(key) ?? { place: { tenant, thread }, ids: [] };
      known.ids.push(run);
      threads.set(key, known);
    }
    const renewed = [...threads.values()].map(({ place, ids }) =>
      this.#run(RENEW_RUNS, place, [this.#options.leaseMs, ...ids]),
    );
    return (await Promise.all(renewed)).flatMap(([, ...cancels]) => readCancels(cancels.map(text)));
  }

  async cancel(place: RunPlace, run: string, action: CancelAction): Promise<RunRecord | undefined> {
    const record = await this.#record(CANCEL_RUN, place, run, [action]);
    if (record) await this.#redis.publish(this.#keys.nodeNews(record.node), `${action} ${run}`);
    return record;
  }

  get(place: RunPlace, run: string): Promise<RunRecord | undefined> {
    return this.#record(GET_RUN, place, run);
  }

  async find(tenant: string, run: string): Promise<RunRecord | undefined> {
    const thread = await this.#redis.call(['GET', this.#keys.runPointer(tenant, run)]);
    return thread === null ? undefined : this.get({ tenant, thread: text(thread) }, run);
  }

  async list(
    place: RunPlace,
    options: { readonly limit: number; readonly offset: number; readonly status?: RunStatus },
  ): Promise<readonly RunRecord[]> {
    const args = [options.offset, options.limit, options.status ?? ''];
    const [, ...records] = await this.#run(LIST_RUNS, place, args);
    return records.map((record) => readRunRecord(place.thread, record));
  }

  async remove(place: RunPlace, run: string): Promise<void> {
    await this.#run(REMOVE_RUN, place, [run]);
    this.#tell(place);
  }

  /** Redis forgets old runs by itself. */
  async sweep(): Promise<Swept> {
    const due = await this.#redis.call([
      ...([
        'ZRANGE',
        this.#keys.liveThreads(),
        '-inf',
        Date.now(),
        'BYSCORE',
        'LIMIT',
        0,
        SWEEP_LIMIT,
      ] as const),
    ]);
    const reaped = await Promise.all(list(due).map((member) => this.#reap(text(member))));
    return {
      dead: reaped.reduce((sum, { dead }) => sum + dead, 0),
      lost: reaped.flatMap(({ lost }) => lost),
    };
  }

  async lost(place: RunPlace): Promise<readonly LostRun[]> {
    const [, ...words] = (await this.#run(LOST_RUNS, place, [])).map(text);
    return Array.from({ length: words.length / 3 }, (_, at) => ({
      run: words[at * 3] as string,
      endedAtMs: Number(words[at * 3 + 1]),
      turn: JSON.parse(words[at * 3 + 2] as string) as LostTurn,
    }));
  }

  async restored(place: RunPlace, run: string): Promise<void> {
    await this.#run(RUN_RESTORED, place, [run]);
  }

  async listen(listener: (news: RunNews) => void): Promise<void> {
    this.#listener = listener;
    await this.#subscribe(this.#keys.nodeNews(this.#node), (message) => {
      const [action = '', run = ''] = message.toString().split(' ');
      for (const news of readCancels([run, action])) listener(news);
    });
  }

  watch({ tenant, thread }: RunPlace): Promise<() => void> {
    const channel = this.#keys.runNews(tenant, thread);
    return this.#subscribe(channel, () => this.#listener({ kind: 'changed', tenant, thread }));
  }

  /** The connection is its opener's. */
  async close(): Promise<void> {
    for (const stop of this.#subscriptions) stop();
    this.#subscriptions.clear();
  }

  async #run(
    script: RedisScript,
    { tenant, thread }: RunPlace,
    args: readonly RedisArgument[],
  ): Promise<readonly RedisReply[]> {
    const keys = this.#keys.allOfRuns(tenant, thread);
    return list(await this.#redis.run(script, keys, args, { deadlineMs: RUN_DEADLINE_MS }));
  }

  async #record(
    script: RedisScript,
    place: RunPlace,
    run: string,
    args: readonly RedisArgument[] = [],
  ): Promise<RunRecord | undefined> {
    const [status, record = null] = await this.#run(script, place, [run, ...args]);
    return text(status ?? null) === 'ok' ? readRunRecord(place.thread, record) : undefined;
  }

  async #subscribe(channel: string, listener: (message: Buffer) => void): Promise<() => void> {
    const unsubscribe = await this.#redis.subscribe(channel, listener);
    const stop = (): void => {
      this.#subscriptions.delete(stop);
      unsubscribe();
    };
    this.#subscriptions.add(stop);
    return stop;
  }

  #tell({ tenant, thread }: RunPlace): void {
    // Whoever waits asks again by and by, also without this.
    this.#redis.publish(this.#keys.runNews(tenant, thread), '').catch(() => {});
  }

  /** Where the sweeper of any node looks once the lease must have run out. Travels with what follows. */
  #markLive(places: readonly RunPlace[]): void {
    if (places.length === 0) return;
    const due = Date.now() + this.#options.leaseMs;
    const members = places.flatMap((place) => [due, memberOf(place)]);
    this.#redis.call(['ZADD', this.#keys.liveThreads(), ...members]).catch(() => {});
  }

  /** A thread that is owed something is looked at again until it has it. */
  async #reap(member: string): Promise<Swept> {
    const place = placeOf(member);
    const [, dead = 0, live = 0, owes = 0] = await this.#run(REAP_RUNS, place, []);
    if (live === 0 && owes === 0) await this.#redis.call(['ZREM', this.#keys.liveThreads(), member]);
    if (Number(dead) > 0) this.#tell(place);
    return { dead: Number(dead), lost: owes === 0 ? [] : [place] };
  }
}

function readCancels(words: readonly string[]): RunNews[] {
  return Array.from({ length: words.length / 2 }, (_, at) => ({
    kind: 'cancel' as const,
    run: words[at * 2] as string,
    action: words[at * 2 + 1] as CancelAction,
  }));
}

function memberOf({ tenant, thread }: RunPlace): string {
  return JSON.stringify([tenant, thread]);
}

function placeOf(member: string): RunPlace {
  const [tenant, thread] = JSON.parse(member) as [string, string];
  return { tenant, thread };
}

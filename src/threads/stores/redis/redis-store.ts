import { NaraeError, newId } from '../../../core/index.js';
import type { Redis, RedisArgument, RedisReply, RedisScript } from '../../../redis/spec.js';
import { parseCursor } from '../../cursor.js';
import { HeldLeases } from '../../held-lease.js';
import {
  checkDetails,
  checkLastTurns,
  checkLimit,
  checkPrune,
  checkThreadId,
  checkThreads,
  DEFAULT_LEASE_MS,
  MAX_SEQUENCE,
} from '../../limits.js';
import type { ThreadStoreOptions } from '../../options.js';
import {
  encodeTurn,
  newDetails,
  parseDetails,
  patchDetails,
  printDetails,
  readEntry,
  readTurn,
  type StoredTurn,
  stateTurns,
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
import { importArguments } from './import.js';
import { ThreadKeys } from './keys.js';
import { okValues, readFence, readReply, readThread, readTurns, text } from './replies.js';
import {
  APPEND,
  CREATE,
  EXPORT,
  EXTEND_LEASE,
  GET_TURN,
  HISTORY,
  IMPORT,
  LOAD,
  MOVE_HEAD,
  PEEK,
  PRUNE,
  REMOVE_TURN,
  SET_DETAILS,
} from './scripts.js';
import { ThreadIndex } from './thread-index.js';

export interface RedisThreadOptions extends ThreadStoreOptions {
  /** Put before every key. Default `narae:`. */
  readonly keyPrefix?: string;
}

/** Longer than a cache would wait: an answer that cannot be saved is lost, one that comes late is not. */
const THREAD_DEADLINE_MS = 5_000;
/** Attempts to change details that others change at the same time. */
const PATCH_ATTEMPTS = 8;
/** Threads in Redis, for many nodes. Each call is one script on one key; a load or a save is one round trip. */
export class RedisThreadStore implements ThreadStore {
  readonly #redis: Redis;
  readonly #keys: ThreadKeys;
  /** As the scripts read it: `uses:ttlMs,…`. */
  readonly #life: string;
  readonly #index: ThreadIndex;
  readonly #leases = new HeldLeases();

  constructor(redis: Redis, options: RedisThreadOptions = {}) {
    const steps = options.life ?? [];
    this.#redis = redis;
    this.#keys = new ThreadKeys(options.keyPrefix ?? 'narae:');
    this.#life = steps.map(({ uses, ttlMs }) => `${uses}:${ttlMs}`).join(',');
    this.#index = new ThreadIndex(redis, this.#keys, Math.max(0, ...steps.map(({ ttlMs }) => ttlMs)));
  }

  async create(tenant: string, thread: CreateThread): Promise<ThreadInfo> {
    const id = checkThreadId(thread.id ?? newId('thread'));
    const details = checkDetails(printDetails(newDetails(thread)));
    const keep = thread.ifExists === 'keep' ? 1 : 0;
    this.#index.note(tenant, id, 'NX');
    const [facts] = okValues(await this.#run(CREATE, tenant, id, [details, keep, this.#life]), id);
    return info(id, facts);
  }

  async load(tenant: string, thread: string, options: LoadOptions = {}): Promise<ThreadState> {
    const reply = await this.#load(tenant, thread, checkLastTurns(options));
    return state(thread, okValues(reply, thread));
  }

  async loadMany(
    tenant: string,
    threads: readonly string[],
    options: LoadOptions = {},
  ): Promise<readonly (ThreadState | undefined)[]> {
    const count = checkLastTurns(options);
    const replies = checkThreads(threads).map(async (thread) => {
      const reply = readReply(await this.#load(tenant, thread, count));
      return reply.ok ? state(thread, reply.values) : undefined;
    });
    return Promise.all(replies);
  }

  async open(tenant: string, thread: string, options: OpenOptions): Promise<OpenedThread | undefined> {
    const count = checkLastTurns(options);
    const { holder, ttlMs = DEFAULT_LEASE_MS, create } = options;
    const details = create && checkDetails(printDetails(newDetails(create)));
    if (create) this.#index.note(tenant, checkThreadId(thread), 'NX');
    const args = [count, this.#life, holder, ttlMs, details ?? ''];
    const reply = readReply(await this.#run(LOAD, tenant, thread, args));
    if (!reply.ok && reply.refusal === 'busy') return undefined;
    const values = reply.ok ? reply.values : okValues([reply.refusal], thread);
    const fence = readFence(values[0] ?? null);
    return { lease: this.#hold(tenant, thread, { fence, ttlMs }), state: state(thread, values) };
  }

  async append(tenant: string, thread: string, turn: NewTurn, options: AppendOptions): Promise<AppendedTurn> {
    const { bytes, payloadBytes, compressed } = encodeTurn(turn);
    const after = options.after ?? '';
    const [facts, sequence, parent] = await this.#save(
      APPEND,
      tenant,
      thread,
      options,
      [
        options.fence,
        after,
        release(options),
        this.#life,
        payloadBytes,
        compressed ? 1 : 0,
        bytes,
        MAX_SEQUENCE,
      ],
      options.after,
    );
    return { sequence: Number(sequence), parent: Number(parent), info: info(thread, facts) };
  }

  async moveHead(
    tenant: string,
    thread: string,
    sequence: number,
    options: WriteOptions,
  ): Promise<ThreadInfo> {
    const args = [...this.#writeArguments(options), sequence];
    return info(thread, (await this.#save(MOVE_HEAD, tenant, thread, options, args, sequence))[0]);
  }

  async getTurn(tenant: string, thread: string, sequence: number): Promise<Turn> {
    const reply = await this.#run(GET_TURN, tenant, thread, [sequence]);
    const [turns = null] = okValues(reply, thread, sequence);
    return readTurn(thread, readTurns(turns)[0] as StoredTurn);
  }

  async removeTurn(
    tenant: string,
    thread: string,
    sequence: number,
    options: WriteOptions,
  ): Promise<ThreadInfo> {
    const args = [...this.#writeArguments(options), sequence];
    return info(thread, (await this.#save(REMOVE_TURN, tenant, thread, options, args, sequence))[0]);
  }

  async history(tenant: string, thread: string, options: HistoryOptions): Promise<HistoryPage> {
    const limit = checkLimit(options.limit);
    const args = [limit + 1, options.before ?? '', options.branches === 'all' ? 1 : 0];
    const [found = null] = okValues(await this.#run(HISTORY, tenant, thread, args), thread);
    const turns = readTurns(found);
    const entries = turns.slice(0, limit).map((turn) => readEntry(thread, turn));
    const last = turns[limit - 1];
    return { entries, ...(turns.length > limit && last && { nextBefore: last.sequence }) };
  }

  async list(
    tenant: string,
    options: { readonly limit: number; readonly cursor?: string },
  ): Promise<ThreadPage> {
    const limit = checkLimit(options.limit);
    const after = options.cursor === undefined ? undefined : parseCursor(options.cursor);
    const look = async (thread: string): Promise<ThreadInfo | undefined> => {
      const reply = readReply(await this.#run(PEEK, tenant, thread, []));
      return reply.ok ? info(thread, reply.values[0]) : undefined;
    };
    return this.#index.page(tenant, limit, after, look);
  }

  async patch(tenant: string, thread: string, patch: ThreadPatch): Promise<ThreadInfo> {
    for (let attempt = 1; attempt <= PATCH_ATTEMPTS; attempt++) {
      const [facts = null] = okValues(await this.#run(PEEK, tenant, thread, []), thread);
      const { details: before } = readThread(thread, facts);
      const after = checkDetails(printDetails(patchDetails(parseDetails(before), patch)));
      const reply = readReply(await this.#run(SET_DETAILS, tenant, thread, [before, after]));
      if (reply.ok) return info(thread, reply.values[0]);
      if (reply.refusal !== 'changed') okValues([reply.refusal], thread);
    }
    throw new NaraeError('thread_busy', { values: { thread } });
  }

  async fork(
    tenant: string,
    thread: string,
    options: { readonly at?: number } & CreateThread = {},
  ): Promise<ThreadInfo> {
    return this.#duplicate(tenant, thread, options, options.at ?? '');
  }

  async copy(tenant: string, thread: string, options: CreateThread = {}): Promise<ThreadInfo> {
    return this.#duplicate(tenant, thread, options, '*');
  }

  async prune(tenant: string, thread: string, options: PruneOptions & WriteOptions): Promise<number> {
    checkPrune(options);
    const { keepLast = '', olderThanMs = '' } = options;
    const args = [...this.#writeArguments(options), keepLast, olderThanMs];
    return Number((await this.#save(PRUNE, tenant, thread, options, args))[0]);
  }

  async delete(tenant: string, thread: string): Promise<void> {
    const keys = this.#keys;
    const unindexed = this.#index.drop(tenant, [thread]);
    const removed = await this.#redis.call([
      'DEL',
      keys.thread(tenant, thread),
      ...keys.allOfRuns(tenant, thread),
    ]);
    await unindexed.catch(() => {});
    if (removed === 0) okValues(['missing'], thread);
  }

  /** Redis lets what ran out of life go by itself; the lists are mended when they are read. */
  async sweep(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {
    this.#leases.forgetAll();
  }

  #run(script: RedisScript, tenant: string, thread: string, args: readonly RedisArgument[]) {
    const keys = [this.#keys.thread(tenant, thread)];
    return this.#redis.run(script, keys, args, { deadlineMs: THREAD_DEADLINE_MS });
  }

  #load(tenant: string, thread: string, count: number): Promise<RedisReply> {
    return this.#run(LOAD, tenant, thread, [count, this.#life, '', 0, '']);
  }

  #writeArguments(options: WriteOptions): RedisArgument[] {
    return [options.fence, release(options), this.#life];
  }

  async #save(
    script: RedisScript,
    tenant: string,
    thread: string,
    options: WriteOptions,
    args: readonly RedisArgument[],
    sequence = 0,
  ): Promise<readonly RedisReply[]> {
    this.#index.note(tenant, thread, 'XX');
    const values = okValues(await this.#run(script, tenant, thread, args), thread, sequence);
    if (options.release) this.#leases.released(tenant, thread, options.fence);
    return values;
  }

  async #duplicate(
    tenant: string,
    thread: string,
    options: CreateThread,
    which: number | '' | '*',
  ): Promise<ThreadInfo> {
    const id = checkThreadId(options.id ?? newId('thread'));
    const sequence = typeof which === 'number' ? which : 0;
    const [facts = null, path = null, turns = null] = okValues(
      await this.#run(EXPORT, tenant, thread, [which]),
      thread,
      sequence,
    );
    const source = readThread(thread, facts);
    const details = checkDetails(printDetails(patchDetails(parseDetails(source.details), options)));
    this.#index.note(tenant, id, 'NX');
    const args = [details, this.#life, text(path), source.lastSequence, ...importArguments(turns)];
    return info(id, okValues(await this.#run(IMPORT, tenant, id, args), id)[0]);
  }

  #hold(tenant: string, thread: string, grant: { readonly fence: number; readonly ttlMs: number }) {
    const extend = async (ms: number): Promise<boolean> =>
      readReply(await this.#run(EXTEND_LEASE, tenant, thread, [grant.fence, ms])).ok;
    return this.#leases.hold(tenant, thread, grant, {
      renew: () => extend(grant.ttlMs),
      release: async () => void (await extend(0)),
    });
  }
}

function release(options: WriteOptions): number {
  return options.release ? 1 : 0;
}

function info(id: string, facts: RedisReply | undefined): ThreadInfo {
  return threadInfo(readThread(id, facts ?? null));
}

function state(id: string, [facts = null, turns = null]: readonly RedisReply[]): ThreadState {
  const stored = readThread(id, facts);
  const entries = readTurns(turns)
    .reverse()
    .map((turn) => readEntry(id, turn));
  return { info: threadInfo(stored), path: stored.path, ...stateTurns(entries) };
}

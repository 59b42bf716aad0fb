import type { Redis, RedisReply } from '../../../redis/spec.js';
import { printCursor, type ThreadCursor } from '../../cursor.js';
import type { ThreadInfo, ThreadPage } from '../../spec.js';
import type { ThreadKeys } from './keys.js';
import { text } from './replies.js';
import { INDEX_PAGE } from './scripts.js';

/** `TTL` of a tenant's index after the last save, in lives of a thread; only where threads do not live for ever. */
const INDEX_LIVES = 2;

/** A thread with its place in the index, which may be a millisecond beside the thread's own time. */
interface ListedThread {
  readonly place: ThreadCursor;
  readonly info: ThreadInfo;
}

/** What of a thread is listed; undefined where it is gone. */
type Look = (thread: string) => Promise<ThreadInfo | undefined>;

/**
 * The list of a tenant's threads, by last save: a sorted set beside the threads, as no script may touch both on a
 * cluster. It may miss or hold too much, and is mended when it is read.
 */
export class ThreadIndex {
  readonly #redis: Redis;
  readonly #keys: ThreadKeys;
  readonly #lifeMs: number;

  /** `longestLifeMs` of a thread; 0: they are kept. */
  constructor(redis: Redis, keys: ThreadKeys, longestLifeMs: number) {
    this.#redis = redis;
    this.#keys = keys;
    this.#lifeMs = longestLifeMs * INDEX_LIVES;
  }

  /** Travels with the call that follows in the same tick. */
  note(tenant: string, thread: string, when: 'NX' | 'XX'): void {
    const key = this.#keys.index(tenant);
    this.#redis.call(['ZADD', key, when, Date.now(), thread]).catch(() => {});
    if (this.#lifeMs > 0) this.#redis.call(['PEXPIRE', key, this.#lifeMs]).catch(() => {});
  }

  async drop(tenant: string, threads: readonly string[]): Promise<void> {
    await this.#redis.call(['ZREM', this.#keys.index(tenant), ...threads]);
  }

  /** Newest first. */
  async page(
    tenant: string,
    limit: number,
    after: ThreadCursor | undefined,
    look: Look,
  ): Promise<ThreadPage> {
    const found: ListedThread[] = [];
    for (let from = after; ; ) {
      const places = await this.#places(tenant, limit + 1 - found.length, from);
      found.push(...(await this.#listed(tenant, places, look)));
      from = places.at(-1);
      if (from === undefined || found.length > limit) break;
    }
    const last = found[limit - 1];
    return {
      items: found.slice(0, limit).map(({ info }) => info),
      ...(found.length > limit && last && { nextCursor: printCursor(last.place) }),
    };
  }

  async #places(tenant: string, count: number, after: ThreadCursor | undefined): Promise<ThreadCursor[]> {
    const reply = await this.#redis.run(
      INDEX_PAGE,
      [this.#keys.index(tenant)],
      [after?.updatedAtMs ?? '+inf', after?.id ?? '', count],
    );
    const found = (reply as readonly RedisReply[]).map(text);
    return Array.from({ length: found.length / 2 }, (_, at) => ({
      id: found[at * 2] as string,
      updatedAtMs: Number(found[at * 2 + 1]),
    }));
  }

  /** Of those that are there still; the others leave the index. */
  async #listed(tenant: string, places: readonly ThreadCursor[], look: Look): Promise<ListedThread[]> {
    const infos = await Promise.all(places.map(({ id }) => look(id)));
    const gone = places.filter((_, at) => infos[at] === undefined).map(({ id }) => id);
    if (gone.length > 0) await this.drop(tenant, gone);
    return places.flatMap((place, at) => {
      const info = infos[at];
      return info ? [{ place, info }] : [];
    });
  }
}

import { type Clock, NaraeError, systemClock } from '../../../core/index.js';
import type { Redis, RedisCallOptions } from '../../../redis/spec.js';
import { frameLife } from '../../record-frame.js';
import type {
  EntryAddress,
  RecordLife,
  SharedTier,
  SharedTierSize,
  TierNews,
  TierRecord,
  TierScope,
} from '../../tier.js';
import { dropByName, dropByTag } from './invalidation.js';
import { RedisTierNews } from './news.js';
import { OrderedCalls, type Place } from './ordered-calls.js';
import { frameTagged, unframeTagged } from './tagged-frame.js';
import { escapeName, TierKeys } from './tier-keys.js';
import { TOUCH, WRITE_TAGGED } from './tier-scripts.js';

export interface RedisTierOptions {
  /** As `redis.keyPrefix`. Holds no brace. Default `narae:`. */
  readonly keyPrefix?: string;
  /** A read that takes longer is a miss. Default 20. */
  readonly readTimeoutMs?: number;
  readonly clock?: Clock;
}

type ReadOptions = RedisCallOptions & { readonly deadlineMs: number };

const READ_TIMEOUT_MS = 20;
/** For a whole scope, which may mean to look at every key. */
const INVALIDATE_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 2_000;

/** The shared tier in Redis. The connection stays the caller's to close, after the tier. */
export function createRedisTier(redis: Redis, options: RedisTierOptions = {}): SharedTier {
  return new RedisTier(redis, options);
}

class RedisTier implements SharedTier {
  readonly #redis: Redis;
  readonly #keys: TierKeys;
  readonly #clock: Clock;
  readonly #readTimeoutMs: number;
  readonly #news: RedisTierNews;
  readonly #ordered = new OrderedCalls();
  #isClosed = false;

  constructor(
    redis: Redis,
    { keyPrefix = 'narae:', readTimeoutMs = READ_TIMEOUT_MS, clock }: RedisTierOptions,
  ) {
    this.#redis = redis;
    this.#keys = new TierKeys(keyPrefix);
    this.#clock = clock ?? systemClock;
    this.#readTimeoutMs = readTimeoutMs;
    this.#news = new RedisTierNews(redis, this.#keys);
  }

  read(
    address: EntryAddress,
    signal?: AbortSignal,
    deadlineMs = this.#readTimeoutMs,
  ): Promise<TierRecord | undefined> {
    const key = this.#keys.entry(address);
    const options = signal === undefined ? { deadlineMs } : { deadlineMs, signal };
    if (this.#ordered.isIdle) return this.#get(key, options);
    const place = { group: groupOf(address), key };
    return this.#ordered.isBusy(place) ? this.#getBehind(place, options) : this.#get(key, options);
  }

  async write(address: EntryAddress, record: TierRecord, tags: readonly string[]): Promise<void> {
    const key = this.#keys.entry(address);
    const ttlMs = this.#ttlMs(record);
    if (ttlMs < 1) return this.delete(address);
    const names = tags.map(escapeName);
    const value = frameTagged(record, names);
    const tagKeys = names.map((name) => `${this.#keys.tagsBeside(address)}${name}`);
    await this.#change(address, key, () =>
      tagKeys.length === 0
        ? this.#redis.call(['SET', key, value, 'PX', ttlMs])
        : this.#redis.run(
            WRITE_TAGGED,
            [key, ...tagKeys],
            [value, ttlMs, record.keepUntilMs, escapeName(address.id)],
          ),
    );
  }

  async touch(address: EntryAddress, life: RecordLife): Promise<void> {
    const key = this.#keys.entry(address);
    const ttlMs = this.#ttlMs(life);
    if (ttlMs < 1) return this.delete(address);
    const args = [
      frameLife(life),
      ttlMs,
      life.keepUntilMs,
      escapeName(address.id),
      this.#keys.tagsBeside(address),
    ];
    await this.#change(address, key, () => this.#redis.run(TOUCH, [key], args));
  }

  async delete(address: EntryAddress): Promise<void> {
    const key = this.#keys.entry(address);
    await this.#change(address, key, () => this.#redis.call(['UNLINK', key]));
  }

  async invalidate(scope: TierScope): Promise<number> {
    this.#checkOpen();
    const dropped = await this.#ordered.changeGroup(groupOf(scope), () => this.#drop(scope));
    await this.#news.tell(scope);
    return dropped;
  }

  follow(tracked: readonly string[], listener: (news: TierNews) => void): Promise<() => void> {
    return this.#news.follow(tracked, listener);
  }

  /** Not told: it would mean to look at every key. */
  size(): SharedTierSize | undefined {
    return undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#ordered.settled(CLOSE_TIMEOUT_MS);
  }

  #get(key: string, options: ReadOptions): Promise<TierRecord | undefined> {
    return this.#redis.call(['GET', key], options).then((bytes) => {
      const record = Buffer.isBuffer(bytes) ? unframeTagged(bytes) : undefined;
      return record !== undefined && record.keepUntilMs > this.#clock.now() ? record : undefined;
    });
  }

  /** What was changed before it was asked for is waited for. */
  async #getBehind(place: Place, options: ReadOptions): Promise<TierRecord | undefined> {
    if (!(await this.#ordered.caughtUp(place, options.deadlineMs))) throw stillChanging();
    return this.#get(place.key, options);
  }

  #drop(scope: TierScope): Promise<number> {
    const signal = AbortSignal.timeout(INVALIDATE_TIMEOUT_MS);
    const { tag, idPattern } = scope;
    return tag !== undefined && idPattern === undefined
      ? dropByTag(this.#redis, this.#keys, scope, tag, signal)
      : dropByName(this.#redis, this.#keys, scope, signal);
  }

  async #change(address: EntryAddress, key: string, call: () => Promise<unknown>): Promise<void> {
    this.#checkOpen();
    await this.#ordered.change({ group: groupOf(address), key }, call);
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new NaraeError('closing');
  }

  #ttlMs({ keepUntilMs }: RecordLife): number {
    return Math.ceil(keepUntilMs - this.#clock.now());
  }
}

function groupOf({ cache, tenant }: Pick<EntryAddress, 'cache' | 'tenant'>): string {
  return `${cache}:${tenant}`;
}

function stillChanging(): NaraeError {
  return new NaraeError('redis_unavailable', {
    values: { reason: 'a change of the entry is still under way' },
  });
}

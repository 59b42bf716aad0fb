import type { Redis, RedisArgument } from '../../../redis/spec.js';
import type {
  CheckpointPlace,
  CheckpointQuery,
  CheckpointStore,
  ContentId,
  Contents,
  LoadedCheckpoints,
  NewRecord,
  ThreadRef,
} from '../spec.js';
import { keyId } from './key-id.js';
import { CheckpointKeys } from './keys.js';
import { readContents, readLoaded } from './replies.js';
import { CONTENTS, LOAD, PUT, PUT_WRITES } from './scripts.js';

export interface RedisCheckpointOptions {
  /** Stays its owner's to close. */
  readonly redis: Redis;
  /** Default `narae:`. */
  readonly keyPrefix?: string;
  /** A thread goes, whole, when nothing was written to it for so long. Default: never. */
  readonly ttlMs?: number;
}

/** Calls reject with `redis_unavailable` or `redis_refused`. */
export function openRedisCheckpoints(options: RedisCheckpointOptions): CheckpointStore {
  return new RedisCheckpoints(options);
}

class RedisCheckpoints implements CheckpointStore {
  readonly #redis: Redis;
  readonly #keys: CheckpointKeys;
  readonly #ttl: number | '';

  constructor({ redis, keyPrefix = 'narae:', ttlMs }: RedisCheckpointOptions) {
    this.#redis = redis;
    this.#keys = new CheckpointKeys(keyPrefix);
    this.#ttl = ttlMs ?? '';
  }

  async put(thread: ThreadRef, record: NewRecord, contents: Contents): Promise<number | undefined> {
    const { namespace, id, base, isDelta, frame } = record;
    const stamp = await this.#redis.run(PUT, this.#keys.of(thread), [
      ...[namespace, keyId(id), base?.stamp ?? '', base === undefined ? '' : keyId(base.id)],
      ...[isDelta ? '1' : '0', this.#ttl, frame],
      ...pairs(contents),
    ]);
    return stamp === null ? undefined : Number(stamp);
  }

  async putWrites(
    thread: ThreadRef,
    { namespace, id }: CheckpointPlace,
    frame: Buffer,
    contents: Contents,
  ): Promise<void> {
    const args = [namespace, keyId(id), this.#ttl, frame, ...pairs(contents)];
    await this.#redis.run(PUT_WRITES, this.#keys.of(thread), args);
  }

  async load(
    thread: ThreadRef,
    query: CheckpointQuery,
    known: readonly number[],
  ): Promise<LoadedCheckpoints> {
    return readLoaded(await this.#redis.run(LOAD, this.#keys.of(thread), [...queryArgs(query), ...known]));
  }

  async contents(thread: ThreadRef, ids: readonly ContentId[]): Promise<Contents> {
    const names = ids.map((id) => Buffer.from(id, 'latin1'));
    return readContents(await this.#redis.run(CONTENTS, this.#keys.of(thread), names));
  }

  /** SCAN may give a key twice; a thread comes once. */
  async *threads(tenant: string): AsyncIterable<readonly string[]> {
    const given = new Set<string>();
    for await (const keys of this.#redis.scan(this.#keys.pattern(tenant))) {
      const fresh = keys.filter((key) => !given.has(key));
      for (const key of fresh) given.add(key);
      yield fresh.map((key) => this.#keys.threadOf(tenant, key));
    }
  }

  async deleteThread(thread: ThreadRef): Promise<void> {
    await this.#redis.call(['UNLINK', ...this.#keys.of(thread)]);
  }

  async close(): Promise<void> {
    // Nothing of its own is open.
  }
}

function queryArgs(query: CheckpointQuery): RedisArgument[] {
  switch (query.kind) {
    case 'latest':
      return ['latest', query.namespace, '1', '', 1];
    case 'one':
      return ['one', query.place.namespace, '1', keyId(query.place.id), 1];
    case 'page': {
      const { namespace, before, limit } = query;
      const bound = before === undefined ? '' : keyId(before);
      return ['page', namespace ?? '', namespace === undefined ? '0' : '1', bound, limit];
    }
  }
}

function* pairs(contents: Contents): Iterable<RedisArgument> {
  for (const [id, frame] of contents) {
    yield Buffer.from(id, 'latin1');
    yield frame;
  }
}

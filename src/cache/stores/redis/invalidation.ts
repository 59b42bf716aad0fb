import { throwIfAborted } from '../../../core/index.js';
import type { Redis } from '../../../redis/spec.js';
import { globTest } from '../../glob.js';
import type { TierScope } from '../../tier.js';
import { BUCKET_NUMBERS, escapeName, type TierKeys } from './tier-keys.js';
import { DROP_IF_TAGGED, DROP_TAGGED } from './tier-scripts.js';

/** Entries that one script looks at: the server serves nobody else meanwhile. */
const PAGE = 500;

/** Drops the entries that carry the scope's tag, all buckets at once. Gives how many. */
export async function dropByTag(
  redis: Redis,
  keys: TierKeys,
  scope: TierScope,
  tag: string,
  signal: AbortSignal,
): Promise<number> {
  const dropped = BUCKET_NUMBERS.map((bucket) => dropBucket(redis, keys, scope, tag, bucket, signal));
  return sum(await Promise.all(dropped));
}

async function dropBucket(
  redis: Redis,
  keys: TierKeys,
  scope: TierScope,
  tag: string,
  bucket: number,
  signal: AbortSignal,
): Promise<number> {
  const name = escapeName(tag);
  const tagKey = `${keys.tagsOf(scope, bucket)}${name}`;
  let total = 0;
  for (;;) {
    throwIfAborted(signal);
    const args = [keys.entriesOf(scope, bucket), name, PAGE];
    const [dropped, left] = (await redis.run(DROP_TAGGED, [tagKey], args)) as [number, number];
    total += dropped;
    if (left === 0) return total;
  }
}

/** Drops a tenant's entries, those that match the pattern and carry the tag where the scope has them. */
export async function dropByName(
  redis: Redis,
  keys: TierKeys,
  scope: TierScope,
  signal: AbortSignal,
): Promise<number> {
  const matches = globTest(scope.idPattern ?? '*');
  let total = 0;
  for await (const page of redis.scan(keys.scanPattern(scope), signal)) {
    const found = page.filter((key) => {
      const address = keys.addressOf(key);
      return address?.tenant === scope.tenant && address.cache === scope.cache && matches(address.id);
    });
    total += sum(await Promise.all(found.map((key) => drop(redis, key, scope.tag))));
  }
  return total;
}

async function drop(redis: Redis, key: string, tag: string | undefined): Promise<number> {
  const reply =
    tag === undefined ? redis.call(['UNLINK', key]) : redis.run(DROP_IF_TAGGED, [key], [escapeName(tag)]);
  return Number(await reply);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

import { randomUUID } from 'node:crypto';
import type { Redis } from '../../../redis/spec.js';
import type { TierNews, TierScope } from '../../tier.js';
import type { TierKeys } from './tier-keys.js';

interface Message {
  readonly from: string;
  readonly scope: TierScope;
}

/** News between the processes that share a Redis: changed keys by client tracking, invalidations by publishing. */
export class RedisTierNews {
  readonly #redis: Redis;
  readonly #keys: TierKeys;
  readonly #self = randomUUID();

  constructor(redis: Redis, keys: TierKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async tell(scope: TierScope): Promise<void> {
    const message: Message = { from: this.#self, scope };
    await this.#redis.publish(this.#keys.newsChannel, JSON.stringify(message));
  }

  async follow(tracked: readonly string[], listener: (news: TierNews) => void): Promise<() => void> {
    const lost = (): void => listener({ kind: 'lost' });
    const onMessage = (bytes: Buffer): void => {
      const message = readMessage(bytes);
      if (message && message.from !== this.#self) listener({ kind: 'invalidated', scope: message.scope });
    };
    const stops = await Promise.all([
      this.#redis.subscribe(this.#keys.newsChannel, onMessage, lost),
      ...tracked.map((cache) => this.#track(cache, listener)),
    ]);
    return () => {
      for (const stop of stops) stop();
    };
  }

  #track(cache: string, listener: (news: TierNews) => void): Promise<() => void> {
    return this.#redis.followChanges(this.#keys.cachePrefix(cache), (key) => {
      const address = key === undefined ? undefined : this.#keys.addressOf(key);
      listener(address === undefined ? { kind: 'lost' } : { kind: 'changed', address });
    });
  }
}

/** Undefined for what another version, or another program, may have published. */
function readMessage(bytes: Buffer): Message | undefined {
  try {
    const message: unknown = JSON.parse(bytes.toString());
    return isMessage(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

function isMessage(candidate: unknown): candidate is Message {
  if (!isRecord(candidate) || !isRecord(candidate.scope)) return false;
  const { cache, tenant, idPattern = '', tag = '' } = candidate.scope;
  return [candidate.from, cache, tenant, idPattern, tag].every((field) => typeof field === 'string');
}

function isRecord(candidate: unknown): candidate is Readonly<Record<string, unknown>> {
  return typeof candidate === 'object' && candidate !== null;
}

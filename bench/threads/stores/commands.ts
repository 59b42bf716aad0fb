import { openRedis } from '../../../dist/redis/index.js';
import type { Redis } from '../../../dist/redis/spec.js';
import { RedisThreadStore } from '../../../dist/threads/index.js';
import type { RedisServer } from '../../support/redis-server.js';
import { answer } from './answer.js';
import { turnMaker } from './text.js';

/** What one turn sends to Redis: calls of one tick are one round trip. */
export async function commandsOfATurn({ url }: RedisServer): Promise<readonly string[]> {
  const connection = openRedis({ url });
  const sent: string[] = [];
  const store = new RedisThreadStore(listening(connection, sent));
  await answer(store, 'counted', turnMaker('text')(1));
  sent.length = 0;
  await answer(store, 'counted', turnMaker('text')(2));
  await store.close();
  await connection.close();
  return sent;
}

function listening(redis: Redis, sent: string[]): Redis {
  return {
    call: (command, options) => {
      sent.push(String(command[0]));
      return redis.call(command, options);
    },
    run: (script, keys, args, options) => {
      sent.push(script.name);
      return redis.run(script, keys, args, options);
    },
    subscribe: (...args) => redis.subscribe(...args),
    publish: (...args) => redis.publish(...args),
    followChanges: (...args) => redis.followChanges(...args),
    scan: (...args) => redis.scan(...args),
    health: redis.health,
    close: () => redis.close(),
  };
}

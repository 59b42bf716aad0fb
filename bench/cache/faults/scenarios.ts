import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisServer } from '../../support/redis-server.js';
import type { SlowProxy } from '../../support/slow-proxy.js';

export interface Broken {
  readonly redis: RedisServer;
  readonly proxy: SlowProxy;
}

export interface Scenario {
  readonly name: string;
  /** How the node reaches Redis: a proxy can slow it down, but hides that it is gone. */
  readonly through: 'directly' | 'the proxy';
  /** What shows that the node uses Redis again: the other works, or seems to, while the fault lasts. */
  readonly recoveredBy: 'reads' | 'writes';
  /** Redis is back as soon as `begin` resolves. */
  readonly isBrief?: boolean;
  begin(broken: Broken): Promise<void> | void;
  /** Redis is as before when it resolves. */
  end(broken: Broken): Promise<void> | void;
}

/** What fills the server before writes are refused. */
const NO_ROOM_BYTES = 1;
const SLOW_MS = 1_000;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'killed, back empty after the fault',
    through: 'directly',
    recoveredBy: 'writes',
    begin: ({ redis }) => redis.kill(),
    end: ({ redis }) => redis.restart(),
  },
  {
    name: 'paused (SIGSTOP)',
    through: 'directly',
    recoveredBy: 'reads',
    begin: ({ redis }) => redis.pause(),
    end: ({ redis }) => redis.resume(),
  },
  {
    name: 'restarted empty at once',
    through: 'directly',
    recoveredBy: 'writes',
    isBrief: true,
    begin: async ({ redis }) => {
      await redis.kill();
      await redis.restart();
    },
    end: () => {},
  },
  {
    name: 'full (`maxmemory`, `noeviction`)',
    through: 'directly',
    recoveredBy: 'writes',
    begin: ({ redis }) => redis.setMemoryLimit(NO_ROOM_BYTES),
    end: ({ redis }) => redis.setMemoryLimit(0),
  },
  {
    name: 'answering after 1 s',
    through: 'the proxy',
    recoveredBy: 'reads',
    begin: ({ proxy }) => {
      proxy.delayMs = SLOW_MS;
    },
    end: async ({ proxy }) => {
      proxy.delayMs = 0;
      // What was under way when the delay ended is still late.
      await sleep(SLOW_MS);
    },
  },
];

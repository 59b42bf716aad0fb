import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { MockLlm } from '../../../dist/lab/index.js';
import { RedisServer } from '../../support/redis-server.js';
import { SlowProxy } from '../../support/slow-proxy.js';
import { ask } from '../nodes/ask.js';
import { GUIDES, startNarae } from '../nodes/narae.js';
import type { Broken, Scenario } from './scenarios.js';
import { type Answered, hotQuestions, questionOf, SteadyLoad, sharedNeeded } from './steady-load.js';

export const MODEL = 'mock:first_token_ms=100,tokens=60';
const CONNECTIONS = 200;
const WARM_AT_ONCE = 8;
/** After its return Redis is waited for so long; the target is 5 s. */
const RECOVERY_LIMIT_MS = 15_000;
const RECOVERY_LOOK_MS = 25;

export interface Lengths {
  readonly beforeMs: number;
  readonly faultMs: number;
  readonly afterMs: number;
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly before: readonly Answered[];
  readonly during: readonly Answered[];
  readonly after: readonly Answered[];
  /** From the return of Redis to the moment at which the node used it again. */
  readonly recoveryMs: number;
}

/** A node under steady load while its Redis fails and returns. */
export async function runScenario(
  scenario: Scenario,
  lengths: Lengths,
  { mock, folder }: { readonly mock: MockLlm; readonly folder: string },
): Promise<ScenarioResult> {
  const redis = await RedisServer.start();
  const proxy = await SlowProxy.start(redis.port);
  const settings = { folder: GUIDES, dataFolder: join(folder, 'data'), model: MODEL, modelUrl: mock.url };
  try {
    await warm(await startNarae({ ...settings, redisUrl: redis.url }), sharedQuestions(lengths));
    const redisUrl = scenario.through === 'directly' ? redis.url : `redis://127.0.0.1:${proxy.port}`;
    const node = await startNarae({ ...settings, redisUrl });
    const pool = new Pool(node.url, { connections: CONNECTIONS, pipelining: 1 });
    try {
      for (const question of hotQuestions()) await ask(pool, question);
      return await underLoad(scenario, lengths, { redis, proxy }, pool);
    } finally {
      await pool.destroy();
      await node.stop();
    }
  } finally {
    await proxy.stop();
    redis.resume();
    await redis.stop();
  }
}

async function underLoad(
  scenario: Scenario,
  { beforeMs, faultMs, afterMs }: Lengths,
  broken: Broken,
  pool: Pool,
): Promise<ScenarioResult> {
  const load = new SteadyLoad(pool);
  load.start();
  await sleep(beforeMs);
  const brokenAtMs = performance.now();
  await scenario.begin(broken);
  if (!scenario.isBrief) await until(brokenAtMs + faultMs);
  await scenario.end(broken);
  const mendedAtMs = performance.now();
  const recoveryMs = await untilUsed(scenario, broken.redis, load, mendedAtMs);
  const overAtMs = Math.max(mendedAtMs, brokenAtMs + faultMs);
  await until(overAtMs + afterMs);
  await load.stop();
  const within = (fromMs: number, toMs: number) =>
    load.answered.filter(({ askedAtMs }) => askedAtMs >= fromMs && askedAtMs < toMs);
  return {
    scenario,
    before: within(0, brokenAtMs),
    during: within(brokenAtMs, overAtMs),
    after: within(overAtMs, Number.POSITIVE_INFINITY),
    recoveryMs,
  };
}

/** Until Redis holds more than at its return, or an answer that was asked for since came out of it. */
async function untilUsed(
  { recoveredBy }: Scenario,
  redis: RedisServer,
  load: SteadyLoad,
  mendedAtMs: number,
): Promise<number> {
  const before = await keysOf(redis);
  const isRead = (): boolean =>
    load.answered.some(({ reason, askedAtMs }) => reason === 'shared' && askedAtMs >= mendedAtMs);
  const isUsed = async (): Promise<boolean> =>
    recoveredBy === 'reads' ? isRead() : (await keysOf(redis)) > before;
  for (;;) {
    const elapsedMs = performance.now() - mendedAtMs;
    if (elapsedMs > RECOVERY_LIMIT_MS) return Number.POSITIVE_INFINITY;
    if (await isUsed()) return elapsedMs;
    await sleep(RECOVERY_LOOK_MS);
  }
}

async function until(atMs: number): Promise<void> {
  await sleep(Math.max(0, atMs - performance.now()));
}

async function keysOf(redis: RedisServer): Promise<number> {
  return Number((await redis.ask('DBSIZE')).slice(1));
}

/** Another node has been asked before: its answers are in Redis. */
async function warm(node: Awaited<ReturnType<typeof startNarae>>, questions: string[]): Promise<void> {
  const pool = new Pool(node.url, { connections: WARM_AT_ONCE });
  const lane = async (): Promise<void> => {
    for (let question = questions.pop(); question !== undefined; question = questions.pop())
      await ask(pool, question);
  };
  await Promise.all(Array.from({ length: WARM_AT_ONCE }, lane));
  await pool.destroy();
  await node.stop();
}

function sharedQuestions({ beforeMs, faultMs, afterMs }: Lengths): string[] {
  const count = sharedNeeded(beforeMs + faultMs + afterMs);
  return Array.from({ length: count }, (_, n) => questionOf('shared', n));
}

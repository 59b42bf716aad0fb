/** Many who ask the same at once on a cold cache: how often is the model called? */
import { join } from 'node:path';
import { Pool } from 'undici';
import { type MockLlm, startMockLlm } from '../../../dist/lab/index.js';
import type { Child } from '../../gateway/child.js';
import { RedisServer } from '../../support/redis-server.js';
import { quantile, table, whole } from '../figures.js';
import { type Asked, ask } from '../nodes/ask.js';
import { GUIDES, startNarae } from '../nodes/narae.js';
import type { Phase, Verdict } from '../phase.js';

const AT_ONCE = 1_000;
/** As a model writes: long enough that nobody is served by luck. */
const MODEL = 'mock:first_token_ms=300,token_ms=10,tokens=40';
const QUESTIONS = [
  'How do I start Narae?',
  '한국어 문서는 어떻게 검색하나요?',
  'Which model servers can be used?',
  '설정 파일은 어디에 두나요?',
  'How are answers kept?',
  '여러 서버가 캐시를 어떻게 나누나요?',
];

interface Rush {
  readonly nodes: number;
  readonly calls: number;
  readonly failed: number;
  readonly outcomes: string;
  readonly p50Ms: number;
  readonly lastMs: number;
  /** Texts that were given. */
  readonly texts: number;
}

export const twinsPhase: Phase = async ({ quick, workFolder }) => {
  const mock = await startMockLlm();
  const redis = await RedisServer.start();
  const questions = quick ? QUESTIONS.slice(0, 2) : QUESTIONS;
  try {
    const alone = await rushes(1, { mock, questions, dataFolder: join(workFolder, 'one') });
    const dataFolder = join(workFolder, 'three');
    const shared = await rushes(3, { mock, questions, dataFolder, redisUrl: redis.url });
    return {
      title: 'A thousand twins on a cold cache',
      details: [
        `${whole(AT_ONCE)} identical questions at once, each on its own connection, half of them streamed, over the nodes in turn; a question for each row. The model takes 0.3 s to its first token and 0.7 s in all.`,
        rushTable([...alone, ...shared]),
      ],
      verdicts: [verdict('one node', alone), verdict('three nodes on one Redis', shared)],
    };
  } finally {
    await mock.close();
    await redis.stop();
  }
};

async function rushes(
  count: number,
  settings: {
    readonly mock: MockLlm;
    readonly questions: readonly string[];
    readonly dataFolder: string;
    readonly redisUrl?: string;
  },
): Promise<Rush[]> {
  const { mock, questions, dataFolder, redisUrl } = settings;
  const nodes: Child[] = [];
  const results: Rush[] = [];
  try {
    // One after another: the first indexes the folder that all of them serve.
    for (let n = 0; n < count; n++)
      nodes.push(
        await startNarae({
          ...{ folder: GUIDES, dataFolder, model: MODEL, modelUrl: mock.url },
          ...(redisUrl !== undefined && { redisUrl }),
        }),
      );
    for (const question of questions) results.push(await rush(nodes, mock, question));
  } finally {
    for (const node of nodes) await node.stop();
  }
  return results;
}

async function rush(nodes: readonly Child[], mock: MockLlm, question: string): Promise<Rush> {
  const connections = Math.ceil(AT_ONCE / nodes.length);
  const pools = nodes.map(({ url }) => new Pool(url, { connections, pipelining: 1 }));
  const before = mock.stats().calls;
  const asked = Array.from({ length: AT_ONCE }, (_, n) =>
    ask(pools[n % pools.length] as Pool, question, { stream: n % 4 < 2 }),
  );
  const answers = await Promise.all(asked);
  await Promise.all(pools.map((pool) => pool.close()));
  return {
    nodes: nodes.length,
    calls: mock.stats().calls - before,
    failed: answers.filter(({ ok }) => !ok).length,
    outcomes: countOutcomes(answers),
    p50Ms: quantile(
      answers.map(({ ms }) => ms),
      0.5,
    ),
    lastMs: Math.max(...answers.map(({ ms }) => ms)),
    texts: new Set(answers.map(contentOf)).size,
  };
}

function countOutcomes(answers: readonly Asked[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of answers) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

/** The words of an answer, streamed or not. */
function contentOf({ text }: Asked): string {
  if (!text.startsWith('data: ')) return JSON.parse(text || '{}').choices?.[0]?.message.content ?? text;
  const events = text.split('\n\n').filter((event) => event.startsWith('data: {'));
  return events.map((event) => JSON.parse(event.slice(6)).choices[0]?.delta?.content ?? '').join('');
}

function rushTable(rushesMade: readonly Rush[]): string {
  return table(
    ['nodes', 'calls of the model', 'failed', 'different texts', 'outcomes', 'p50 ms', 'last ms'],
    rushesMade.map(({ nodes, calls, failed, texts, outcomes, p50Ms, lastMs }) => [
      ...[String(nodes), calls, failed, texts, outcomes, whole(p50Ms), whole(lastMs)],
    ]),
  );
}

function verdict(where: string, made: readonly Rush[]): Verdict {
  const calls = made.map((one) => one.calls);
  return {
    what: `${whole(AT_ONCE)} twins, cold cache, ${where}: calls of the model`,
    target: 'exactly 1',
    measured: `${calls.join(', ')}; ${made.reduce((sum, one) => sum + one.failed, 0)} failed`,
    met: made.every((one) => one.calls === 1 && one.failed === 0 && one.texts === 1),
  };
}

/** A day of questions on documents that change: what is saved, and is any answer wrong? */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { startMockLlm } from '../../../dist/lab/index.js';
import { RedisServer } from '../../support/redis-server.js';
import { seededRandom } from '../../support/seeded-random.js';
import { fixed, percent, quantile, table, whole } from '../figures.js';
import { startNarae } from '../nodes/narae.js';
import type { Phase, PhaseReport, Setting, Verdict } from '../phase.js';
import { Documents } from './documents.js';
import { type DayPart, isReused, type Judgement, judge, type Truth } from './judge.js';
import { Oracle } from './oracle.js';
import { type PlannedQuestion, planDay } from './plan.js';
import { readIntents } from './questions.js';
import { readArticles } from './read-data.js';
import { type Replayed, replay } from './replay.js';

const MODEL = 'mock:first_token_ms=200,tokens=80';
const PARTS = 6;
const CONNECTIONS = 300;
const SEED = 20261121;
/** Questions of the next part that may still be answered from the documents before their change. */
const OVERLAP_MS = 5_000;
const QUIET_MS = 1_500;
const TARGET_SAVED = 0.8;

interface Day {
  readonly parts: readonly DayPart[];
  readonly modelCalls: number;
}

interface Bench {
  readonly oracle: Oracle;
  readonly documents: Documents;
  readonly pool: Pool;
}

export const dayPhase: Phase = async (setting) => {
  const size = setting.quick
    ? { questions: 900, intents: 150, speed: 12 }
    : { questions: 8_000, intents: 1_000, speed: 12 };
  const random = seededRandom(SEED);
  const articles = [
    ...readArticles(setting.dataFolder, 'xquad-en/xquad.en.json'),
    ...readArticles(setting.dataFolder, 'korquad1-dev/KorQuAD_v1.0_dev.json.gz'),
  ];
  const intents = readIntents(setting.dataFolder, articles, size.intents, random);
  const plan = planDay(setting.dataFolder, intents, size, random);
  const documents = new Documents(join(setting.workFolder, 'documents'), articles, random);
  const day = await live(setting, plan, documents);
  return report(day, judge(day.parts), { intents: intents.length, speed: size.speed });
};

async function live(
  { workFolder }: Setting,
  plan: readonly PlannedQuestion[],
  documents: Documents,
): Promise<Day> {
  const [mock, oracleMock, redis] = await Promise.all([startMockLlm(), startMockLlm(), RedisServer.start()]);
  const dataFolder = join(workFolder, 'data');
  const folder = join(workFolder, 'documents');
  const place = { folder, dataFolder, redisUrl: redis.url };
  const node = await startNarae({ ...place, model: MODEL, modelUrl: mock.url, flags: ['--watch'] });
  const oracle = await Oracle.open(dataFolder, MODEL, oracleMock.url);
  const pool = new Pool(node.url, { connections: CONNECTIONS, pipelining: 1 });
  try {
    const parts = await liveParts({ oracle, documents, pool }, cut(plan, PARTS));
    return { parts, modelCalls: mock.stats().calls };
  } finally {
    await pool.destroy();
    await oracle.close();
    await node.stop();
    await Promise.all([mock.close(), oracleMock.close(), redis.stop()]);
  }
}

/** Between two parts nothing is asked, so that fresh runs can be made of what the documents say. */
async function liveParts(bench: Bench, plans: readonly PlannedQuestion[][]): Promise<DayPart[]> {
  const parts: DayPart[] = [];
  let before: Truth | undefined;
  for (const [at, plan] of plans.entries()) {
    const changing = at === 0 ? Promise.resolve(0) : change(bench, before?.version ?? 0);
    const [settledAtMs, replayed] = await Promise.all([changing, replay(bench.pool, plan)]);
    const after = await truthOf(bench.oracle, [...plan, ...soon(plans[at + 1] ?? [])]);
    parts.push({ replayed, before, after, settledAtMs });
    before = after;
  }
  return parts;
}

/** While people go on asking. Gives when the documents were indexed, as the oracle sees it. */
async function change({ documents, oracle }: Bench, versionBefore: number): Promise<number> {
  await sleep(OVERLAP_MS / 5);
  documents.change();
  let [version, sinceMs] = [versionBefore, performance.now()];
  for (;;) {
    await sleep(100);
    const now = (await oracle.answer('Is it indexed?')).version;
    if (now !== version) [version, sinceMs] = [now, performance.now()];
    else if (version !== versionBefore && performance.now() - sinceMs > QUIET_MS) return sinceMs;
  }
}

function soon(plan: readonly PlannedQuestion[]): PlannedQuestion[] {
  const endMs = (plan[0]?.atMs ?? 0) + OVERLAP_MS;
  return plan.filter(({ atMs }) => atMs < endMs);
}

async function truthOf(oracle: Oracle, plan: readonly PlannedQuestion[]): Promise<Truth> {
  const answers = await oracle.answerAll(plan.map(({ text }) => text));
  return { version: [...answers.values()][0]?.version ?? 0, answers };
}

function cut(plan: readonly PlannedQuestion[], count: number): PlannedQuestion[][] {
  const size = Math.ceil(plan.length / count);
  return Array.from({ length: count }, (_, at) => plan.slice(at * size, (at + 1) * size));
}

function report(
  { parts, modelCalls }: Day,
  judgement: Judgement,
  { intents, speed }: { readonly intents: number; readonly speed: number },
): PhaseReport {
  const { asked, repeats, ceiling, paraphraseCeiling, wrong, outdated, unclear, reused, failed } = judgement;
  const saved = 1 - modelCalls / asked;
  const all = parts.flatMap(({ replayed }) => replayed);
  return {
    title: 'A day of questions',
    details: [
      `${whole(asked)} questions at the arrivals of the Azure trace, ${speed} times as fast, over ${whole(intents)} things to know by Zipf's law (exponent 1), English and Korean: questions to the documents themselves (XQuAD, KorQuAD), paraphrases and look-alikes (QQP, ParaKQC, question-pair-ko); three in ten in other words where there are some. The documents are the 188 articles of XQuAD and KorQuAD; they change ${PARTS - 1} times while people ask: eight articles edited, one removed, one added. The model takes 0.2 s; Redis behind memory; semantic reuse off.`,
      'Between the changes, a second process with every cache off answers each question anew; a reused answer whose text or passages differ from that at the version that it names is wrong, and one at an older version than was there when the question came is outdated.',
      table(
        ['', 'share or number'],
        [
          ['model calls saved', percent(saved, 1)],
          ['questions asked before in the same words', percent(repeats, 1)],
          ['… on unchanged evidence: the ceiling', percent(ceiling, 1)],
          ['asked before in any words, on unchanged evidence', percent(paraphraseCeiling, 1)],
          ['answers reused', whole(reused)],
          ['wrong', whole(wrong)],
          ['outdated', whole(outdated)],
          ['at a version that was there for a moment only, not judged', whole(unclear)],
          ['failed', whole(failed)],
        ],
      ),
      table(['answer', 'number', 'p50 ms', 'p95 ms'], latencyRows(all)),
    ],
    verdicts: verdictsOf(saved, judgement),
  };
}

function latencyRows(all: readonly Replayed[]): (string | number)[][] {
  const rows: [string, (one: Replayed) => boolean][] = [
    ['hit, from memory', ({ outcome, reason }) => outcome === 'hit' && reason === 'memory'],
    ['hit, the documents have changed around it', ({ reason }) => reason === 'evidence'],
    ['joined', ({ outcome }) => outcome === 'joined'],
    ['hits of all kinds', ({ outcome }) => outcome === 'hit'],
    ['miss', (one) => !isReused(one)],
  ];
  return rows.map(([name, matches]) => {
    const times = all.filter(matches).map(({ ms }) => ms);
    return [name, whole(times.length), fixed(quantile(times, 0.5), 1), fixed(quantile(times, 0.95), 1)];
  });
}

function verdictsOf(
  saved: number,
  { ceiling, repeats, wrong, outdated, failed, reused }: Judgement,
): Verdict[] {
  return [
    {
      what: `A day: model calls saved, where ${percent(repeats, 1)} of questions repeat`,
      target: `≥ ${percent(TARGET_SAVED)} (where ≥ 80 % repeat)`,
      measured: `${percent(saved, 1)}; ceiling ${percent(ceiling, 1)}`,
      met: saved >= TARGET_SAVED,
    },
    {
      what: 'A day: wrong or outdated answers, without semantic reuse',
      target: '0',
      measured: `${wrong + outdated} of ${whole(reused)} reused`,
      met: wrong + outdated === 0,
    },
    { what: 'A day: failed', target: '0', measured: whole(failed), met: failed === 0 },
  ];
}

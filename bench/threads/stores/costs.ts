import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type PhaseSettings, quantile, spread, type Verdict } from '../phase.js';
import { type AnswerCost, answer, names } from './answer.js';
import { SUBJECTS, type Subject } from './subjects.js';
import { turnMaker } from './text.js';

const TURNS = 200;
const EARLY = 10;
const WARM_UP_THREADS = 5;
const AT_ONCE = 50;
/** Between two turns of a thread at most: somebody reads and writes. */
const PAUSE_MS = 400;

export interface Costs {
  readonly rows: string[][];
  readonly verdicts: Verdict[];
}

export const COST_HEAD = ['', 'save, ms', 'load, ms', 'save + load, ms', 'CPU, ms'];

/** One thread at a time, at its 10th turn (6 to 15) and its 200th (191 to 200). */
export async function measureCosts({ quick, redis }: PhaseSettings): Promise<Costs> {
  const rows: string[][] = [];
  const verdicts: Verdict[] = [];
  for (const open of SUBJECTS) {
    const subject = await open(redis);
    await talk(subject, names('warm', quick ? 1 : WARM_UP_THREADS));
    const { early, late } = await talk(subject, names('timed', quick ? 2 : 25));
    rows.push(row(`${subject.name}, turn ${EARLY}`, early), row(`${subject.name}, turn ${TURNS}`, late));
    verdicts.push(...judge(subject.name, early, late));
    await subject.close();
  }
  return { rows, verdicts };
}

/** Many at once, each with pauses. The CPU of one turn cannot be told from its neighbours' here. */
export async function measureManyAtOnce({ quick, redis }: PhaseSettings): Promise<Costs> {
  const rows: string[][] = [];
  const verdicts: Verdict[] = [];
  const turns = quick ? 10 : 40;
  for (const open of SUBJECTS) {
    const subject = await open(redis);
    const make = turnMaker('text');
    const costs: AnswerCost[] = [];
    const lanes = names('many', AT_ONCE).map(async (thread) => {
      for (let turn = 1; turn <= turns; turn++) {
        const cost = await answer(subject.store, thread, make(turn));
        if (turn > turns / 2) costs.push(cost);
        await sleep(PAUSE_MS * Math.random());
      }
    });
    await Promise.all(lanes);
    rows.push([...row(`${subject.name}, ${AT_ONCE} threads at once`, costs).slice(0, -1), '–']);
    if (subject.name === 'Redis') verdicts.push(...judgeManyAtOnce(costs));
    await subject.close();
  }
  return { rows, verdicts };
}

async function talk(
  { store }: Subject,
  threads: readonly string[],
): Promise<{ early: readonly AnswerCost[]; late: readonly AnswerCost[] }> {
  const make = turnMaker('text');
  const [early, late]: [AnswerCost[], AnswerCost[]] = [[], []];
  for (const thread of threads)
    for (let turn = 1; turn <= TURNS; turn++) {
      const cost = await answer(store, thread, make(turn));
      if (turn > EARLY - 5 && turn <= EARLY + 5) early.push(cost);
      if (turn > TURNS - 10) late.push(cost);
    }
  return { early, late };
}

function judge(name: string, early: readonly AnswerCost[], late: readonly AnswerCost[]): Verdict[] {
  const grown = quantile(cpuOf(late), 0.5) / quantile(cpuOf(early), 0.5);
  const verdicts = [atMost(`threads, ${name}: CPU p50 of turn 200 ÷ turn 10`, grown, 1.5, '×')];
  if (name !== 'embedded') return verdicts;
  return [
    ...verdicts,
    atMost('threads, embedded: save + load at turn 200, CPU p95', quantile(cpuOf(late), 0.95), 1, 'ms'),
    atMost('threads, embedded: save + load at turn 200, wall p50', quantile(bothOf(late), 0.5), 1, 'ms'),
    atMost('threads, embedded: save + load at turn 200, wall p95', quantile(bothOf(late), 0.95), 1, 'ms'),
  ];
}

function judgeManyAtOnce(costs: readonly AnswerCost[]): Verdict[] {
  const of = (share: number, pick: (cost: AnswerCost) => number): number => quantile(costs.map(pick), share);
  const name = `threads, Redis, ${AT_ONCE} at once:`;
  return [
    atMost(
      `${name} load, wall p50`,
      of(0.5, ({ loadMs }) => loadMs),
      2,
      'ms',
    ),
    atMost(
      `${name} load, wall p95`,
      of(0.95, ({ loadMs }) => loadMs),
      2,
      'ms',
    ),
    atMost(
      `${name} save, wall p50`,
      of(0.5, ({ saveMs }) => saveMs),
      2,
      'ms',
    ),
    atMost(
      `${name} save, wall p95`,
      of(0.95, ({ saveMs }) => saveMs),
      2,
      'ms',
    ),
  ];
}

function row(name: string, costs: readonly AnswerCost[]): string[] {
  const columns = [
    costs.map(({ saveMs }) => saveMs),
    costs.map(({ loadMs }) => loadMs),
    bothOf(costs),
    cpuOf(costs),
  ];
  return [name, ...columns.map(spread)];
}

function bothOf(costs: readonly AnswerCost[]): number[] {
  return costs.map(({ saveMs, loadMs }) => saveMs + loadMs);
}

function cpuOf(costs: readonly AnswerCost[]): number[] {
  return costs.map(({ cpuMs }) => cpuMs);
}

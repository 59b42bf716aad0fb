/** Redis fails under load: no request may fail, hits stay fast, and the node comes back by itself. */
import { join } from 'node:path';
import { startMockLlm } from '../../../dist/lab/index.js';
import { fixed, quantile, table, whole } from '../figures.js';
import type { Phase, Verdict } from '../phase.js';
import { type Lengths, runScenario, type ScenarioResult } from './run-scenario.js';
import { SCENARIOS } from './scenarios.js';
import type { Answered, Way } from './steady-load.js';

const HIT_SLACK_MS = 25;
const RECOVERY_MS = 5_000;
const FULL: Lengths = { beforeMs: 5_000, faultMs: 10_000, afterMs: 5_000 };
const QUICK: Lengths = { beforeMs: 3_000, faultMs: 4_000, afterMs: 4_000 };

export const faultsPhase: Phase = async ({ quick, workFolder }) => {
  const mock = await startMockLlm();
  const results: ScenarioResult[] = [];
  try {
    for (const [at, scenario] of SCENARIOS.entries())
      results.push(
        await runScenario(scenario, quick ? QUICK : FULL, { mock, folder: join(workFolder, String(at)) }),
      );
  } finally {
    await mock.close();
  }
  return {
    title: 'Redis fails under load',
    details: [
      `60 questions a second at even times, half of them streamed, times from when each should have been asked. Of ten questions four are in the node's memory (\`memory\`), four were answered by another node before (\`Redis\`: without it the model writes them again), two are new; the model takes 0.1 s. Each fault has a node and a Redis of its own.`,
      table(
        [
          'Redis',
          'when',
          'asked',
          'failed',
          'memory p99 ms',
          'Redis p50 ms',
          'Redis p99 ms',
          'new p50 ms',
          'new p99 ms',
        ],
        results.flatMap(rowsOf),
      ),
    ],
    verdicts: results.flatMap(verdictsOf),
  };
};

function rowsOf({ scenario, before, during, after }: ScenarioResult): (string | number)[][] {
  return [
    [scenario.name, 'before', ...cellsOf(before)],
    ['', 'meanwhile', ...cellsOf(during)],
    ['', 'after its return', ...cellsOf(after)],
  ];
}

function cellsOf(answers: readonly Answered[]): (string | number)[] {
  const at = (way: Way, share: number): string => whole(quantile(timesOf(answers, way), share));
  const failed = answers.filter(({ ok }) => !ok).length;
  return [
    ...[answers.length, failed, at('hot', 0.99), at('shared', 0.5), at('shared', 0.99)],
    ...[at('new', 0.5), at('new', 0.99)],
  ];
}

function verdictsOf({ scenario, before, during, after, recoveryMs }: ScenarioResult): Verdict[] {
  const answers = [...before, ...during, ...after];
  const failed = answers.filter(({ ok }) => !ok).length;
  const missPathMs = quantile(timesOf(before, 'new'), 0.99);
  const hitMs = quantile([...timesOf(during, 'hot'), ...timesOf(during, 'shared')], 0.99);
  const limitMs = HIT_SLACK_MS + missPathMs;
  return [
    {
      what: `Redis ${scenario.name}: failed requests`,
      target: '0',
      measured: `${failed} of ${whole(answers.length)}`,
      met: failed === 0,
    },
    {
      what: `Redis ${scenario.name}: p99 of what would be hits`,
      target: `≤ 25 ms + miss path (${whole(missPathMs)} ms)`,
      measured: `${whole(hitMs)} ms`,
      met: hitMs <= limitMs,
    },
    {
      what: `Redis ${scenario.name}: used again after its return`,
      target: '≤ 5 s',
      measured: `${fixed(recoveryMs / 1_000, 2)} s`,
      met: recoveryMs <= RECOVERY_MS,
    },
  ];
}

function timesOf(answers: readonly Answered[], way: Way): number[] {
  return answers.filter((answer) => answer.way === way).map(({ ms }) => ms);
}

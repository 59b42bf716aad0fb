import { startMockLlm } from '../../../dist/lab/index.js';
import { allOf, type PhaseSettings, type Section, spread, table } from '../phase.js';
import { type ChatFigures, measureChat } from './measure.js';

/** Short answers at once: what is measured is the server, not the waiting. */
const MODEL = 'mock:tokens=12';
const MB = 1024 * 1024;
const MOST_REASONS = 3;

/** A thousand conversations at once through the real server. */
export async function chatPhase({ quick, redis }: PhaseSettings): Promise<Section> {
  const mock = await startMockLlm();
  const size = quick ? { threads: 50, turns: 4 } : { threads: 1_000, turns: 10 };
  try {
    const server = { upstream: mock.url, models: [MODEL] };
    await redis.ask('FLUSHALL');
    const all: readonly (readonly [string, ChatFigures])[] = [
      ['embedded', await measureChat({ ...size, model: MODEL, server })],
      [
        'Redis',
        await measureChat({ ...size, model: MODEL, server: { ...server, redisUrl: redis.url }, redis }),
      ],
    ];
    return {
      title: `${size.threads} conversations at once`,
      body: `${size.threads} threads × ${size.turns} turns through \`POST /chat/stream\` of one process, each thread's next question when its answer has ended; retrieval over the guides is on, the mock model answers at once. The load and the mock run on the same machine. CPU is the server's, for everything that a turn needs; "Redis CPU" that of redis-server beside it.

${table(HEAD, all.map(row))}
${all.flatMap(remarks).join('')}`,
      verdicts: all.map(([name, { right, threads }]) =>
        allOf(`chat, ${name}: threads with every turn stored once and in order`, right, threads),
      ),
    };
  } finally {
    await mock.close();
  }
}

const HEAD = [
  'store',
  'turns / s',
  'a turn, ms',
  'server CPU a turn, ms',
  'Redis CPU a turn, ms',
  'RSS before, MB',
  'RSS at most, MB',
  'RSS after, MB',
  'failed',
];

function row([name, figures]: readonly [string, ChatFigures]): string[] {
  const { turnMs, seconds, failures, serverCpuMs, redisCpuMs, before, after } = figures;
  const turns = turnMs.length;
  const mb = (bytes: number): string => (bytes / MB).toFixed(0);
  return [
    name,
    (turns / seconds).toFixed(0),
    spread(turnMs),
    (serverCpuMs / turns).toFixed(2),
    redisCpuMs === undefined ? '–' : (redisCpuMs / turns).toFixed(2),
    mb(before.now),
    mb(after.peak),
    mb(after.now),
    String(failures.length),
  ];
}

/** Why turns failed, the most frequent first. */
function remarks([name, { failures }]: readonly [string, ChatFigures]): string[] {
  const counts = new Map<string, number>();
  for (const failure of failures) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST_REASONS);
  return sorted.map(
    ([reason, count]) => `\n${name}: ${count} turns failed with \`${reason.slice(0, 300)}\`\n`,
  );
}

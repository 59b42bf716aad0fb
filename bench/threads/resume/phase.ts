import { startMockLlm } from '../../../dist/lab/index.js';
import type { Child } from '../../gateway/child.js';
import { allOf, type PhaseSettings, type Section, shown, table } from '../phase.js';
import { startServer } from '../server.js';
import { measureResumes, type ResumeFigures } from './measure.js';

/** Long enough to be cut in its middle. */
const MODEL = 'mock:tokens=120,token_ms=5';

/** Streams cut at random points and taken up again, on one node, on two workers, and on two nodes. */
export async function resumePhase({ quick, redis }: PhaseSettings): Promise<Section> {
  const mock = await startMockLlm();
  const server = { upstream: mock.url, models: [MODEL] };
  const onRedis = { ...server, redisUrl: redis.url };
  await redis.ask('FLUSHALL');
  const places: readonly (readonly [string, () => Promise<readonly Child[]>])[] = [
    ['one node, embedded', async () => [await startServer(server)]],
    ['two workers, embedded', async () => [await startServer({ ...server, workers: 2 })]],
    ['two nodes, Redis', () => Promise.all([startServer(onRedis), startServer(onRedis)])],
  ];
  const all: [string, ResumeFigures][] = [];
  try {
    for (const [name, start] of places) {
      const nodes = await start();
      try {
        all.push([
          name,
          await measureResumes(
            nodes.map(({ url }) => url),
            MODEL,
            quick ? 40 : 500,
          ),
        ]);
      } finally {
        await Promise.all(nodes.map((node) => node.stop()));
      }
    }
  } finally {
    await mock.close();
  }
  return {
    title: 'Streams that are cut',
    body: `Each stream (120 tokens, one every 5 ms) is cut in the middle of a random event, of the first 20 that a connection brings, and taken up again with \`Last-Event-ID\`, up to four times; where there are two nodes, on the other one each time, and where there are two workers, on whichever takes the connection. Right is a stream whose events are, in order and each once, those that a reader gets who reads it whole afterwards on every node, and whose text is the one that its thread keeps. 50 streams at once.

${table(['', 'streams', 'cuts', 'events', 'right'], all.map(row))}`,
    verdicts: all.map(([name, { streams, right }]) =>
      allOf(`resume, ${name}: streams whose every part arrived exactly once`, right, streams),
    ),
  };
}

function row([name, { streams, cuts, events, right }]: readonly [string, ResumeFigures]): string[] {
  return [name, String(streams), `${cuts} (${shown(cuts / streams)} each)`, String(events), String(right)];
}

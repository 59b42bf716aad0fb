/** A kept answer as a whole HTTP request, beside a bare route that sends the same bytes. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMockLlm } from '../../../dist/lab/index.js';
import { type Child, startNode } from '../../gateway/child.js';
import { fixed, percent, table, whole } from '../figures.js';
import { GUIDES, startNarae } from '../nodes/narae.js';
import type { Phase, PhaseReport, Verdict } from '../phase.js';
import { type Figures, load } from './load.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const CONNECTIONS = [1, 50, 500];
const WARM_UP_MS = 2_000;
const MODEL = 'mock:tokens=120';
const TARGET_SHARE = 0.5;

const KINDS = { whole: body(false), stream: body(true) } as const;
type Kind = keyof typeof KINDS;

interface Contenders {
  readonly kept: Child;
  readonly bare: Child;
}

interface Round {
  readonly kept: Figures;
  readonly bare: Figures;
}

interface Cell {
  readonly kind: Kind;
  readonly connections: number;
  /** The middle one by share. */
  readonly round: Round;
}

export const httpPhase: Phase = async ({ quick, workFolder }) => {
  const mock = await startMockLlm();
  const children: Child[] = [];
  try {
    const dataFolder = join(workFolder, 'data');
    const kept = await startNarae({ folder: GUIDES, dataFolder, model: MODEL, modelUrl: mock.url });
    children.push(kept);
    const files = await answersOf(kept.url, workFolder);
    const bare = await startNode({ args: [join(HERE, 'bare.js'), files.whole.path, files.stream.path] });
    children.push(bare);
    const cells = await measure({ kept, bare }, quick ? { ms: 500, rounds: 1 } : { ms: 2_000, rounds: 3 });
    return report(cells, { whole: files.whole.bytes, stream: files.stream.bytes });
  } finally {
    for (const child of children) await child.stop();
    await mock.close();
  }
};

async function measure(
  { kept, bare }: Contenders,
  { ms, rounds: count }: { readonly ms: number; readonly rounds: number },
): Promise<Cell[]> {
  for (const target of [kept, bare])
    for (const kind of ['whole', 'stream'] as const) await load(target, KINDS[kind], 50, WARM_UP_MS);
  const cells: Cell[] = [];
  for (const kind of ['whole', 'stream'] as const)
    for (const connections of CONNECTIONS) {
      const rounds: Round[] = [];
      for (let round = 0; round < count; round++)
        rounds.push({
          kept: await load(kept, KINDS[kind], connections, ms),
          bare: await load(bare, KINDS[kind], connections, ms),
        });
      const middle = rounds.toSorted((left, right) => share(left) - share(right))[rounds.length >> 1];
      if (middle !== undefined) cells.push({ kind, connections, round: middle });
    }
  return cells;
}

function share({ kept, bare }: Round): number {
  return kept.perSecond / bare.perSecond;
}

function report(cells: readonly Cell[], bytes: Readonly<Record<Kind, number>>): PhaseReport {
  const rows = cells.flatMap(({ kind, connections, round }) => [
    row(kind, connections, 'kept answer', round.kept, percent(share(round))),
    row(kind, connections, 'bare Fastify', round.bare, ''),
  ]);
  const head = ['answer', 'connections', 'server', 'requests/s', 'share', 'CPU ms', 'p50 ms', 'p99 ms'];
  return {
    title: 'A kept answer as a whole HTTP request',
    details: [
      `\`narae serve\` as users start it (access checks, validation, metrics, logs, deadlines), beside a Fastify route in its own process that parses the same JSON body and sends the same bytes as one string: ${whole(bytes.whole)} bytes whole, ${whole(bytes.stream)} bytes as a stream. They take turns; the middle round by share is shown. CPU is of the server's process, for one request.`,
      table(head, rows),
    ],
    verdicts: cells.map(verdict),
  };
}

function row(kind: Kind, connections: number, server: string, figures: Figures, shareText: string) {
  const { perSecond, cpuMs, p50Ms, p99Ms } = figures;
  const cells = [whole(perSecond), shareText, fixed(cpuMs, 3), fixed(p50Ms, 2), fixed(p99Ms, 2)];
  return [kind, connections, server, ...cells];
}

function verdict({ kind, connections, round }: Cell): Verdict {
  return {
    what: `Kept answer, ${kind}, ${connections} connections: rate beside the bare route`,
    target: `≥ ${percent(TARGET_SHARE)}`,
    measured: `${percent(share(round))} (CPU ${fixed(round.kept.cpuMs / round.bare.cpuMs, 1)} ×), p99 ${fixed(round.kept.p99Ms, 1)} ms`,
    met: share(round) >= TARGET_SHARE,
  };
}

function body(stream: boolean): string {
  return JSON.stringify({ stream, messages: [{ role: 'user', content: 'How do I start Narae?' }] });
}

/** What a hit sends, in files for the bare route. */
async function answersOf(url: string, folder: string) {
  await askFor(url, KINDS.whole, 'miss');
  const save = async (kind: Kind) => {
    const text = await askFor(url, KINDS[kind], 'hit');
    const path = join(folder, `${kind}.txt`);
    writeFileSync(path, text);
    return { path, bytes: Buffer.byteLength(text) };
  };
  return { whole: await save('whole'), stream: await save('stream') };
}

async function askFor(url: string, text: string, expected: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: text });
  const answer = await response.text();
  const outcome = response.headers.get('x-narae-cache') ?? '';
  if (!outcome.startsWith(expected)) throw new Error(`expected a ${expected}, got ${outcome}: ${answer}`);
  return answer;
}

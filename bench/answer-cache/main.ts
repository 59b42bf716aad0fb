/** `npm run bench:answer-cache`: a kept answer beside a bare route that sends the same bytes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMockLlm } from '../../dist/lab/index.js';
import { type Child, startNode } from '../gateway/child.js';
import { type Figures, load } from './load.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../..');
const CONNECTIONS = [1, 50, 500];
const WARM_UP_MS = 2_000;
const MODEL = 'mock:tokens=120';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '3' } },
});
const durationMs = Number(values.seconds) * 1_000;
const work = mkdtempSync(join(tmpdir(), 'narae-bench-'));
const mock = await startMockLlm();
const children: Child[] = [];
try {
  console.log(`Load of the machine before: ${loadavg()[0]?.toFixed(1)}`);
  const narae = await startNarae();
  const body = JSON.stringify({ messages: [{ role: 'user', content: 'How do I start Narae?' }] });
  const answer = await askTwice(narae.url, body);
  writeFileSync(join(work, 'answer.json'), answer);
  const bare = await started([join(HERE, 'bare.js'), join(work, 'answer.json')]);
  console.log(`${Buffer.byteLength(answer).toLocaleString('en')} bytes an answer\n`);
  for (const target of [narae, bare]) await load(target, body, 50, WARM_UP_MS);
  console.log('| connections | server | requests/s | share | CPU, ms | p50, ms | p99, ms |');
  console.log('| ---: | --- | ---: | ---: | ---: | ---: | ---: |');
  for (const connections of CONNECTIONS) {
    const rounds: { kept: Figures; bare: Figures }[] = [];
    for (let round = 0; round < Number(values.rounds); round++)
      rounds.push({
        kept: await load(narae, body, connections, durationMs),
        bare: await load(bare, body, connections, durationMs),
      });
    const middle = rounds.toSorted((left, right) => share(left) - share(right))[rounds.length >> 1];
    if (middle === undefined) continue;
    console.log(row(connections, 'kept answer', middle.kept, `${Math.round(share(middle) * 100)}%`));
    console.log(row(connections, 'bare Fastify', middle.bare, ''));
  }
} finally {
  for (const child of children) await child.stop();
  await mock.close();
  rmSync(work, { recursive: true, force: true });
}

function share({ kept, bare }: { readonly kept: Figures; readonly bare: Figures }): number {
  return kept.perSecond / bare.perSecond;
}

function row(connections: number, what: string, figures: Figures, shareText: string): string {
  const { perSecond, cpuMs, p50Ms, p99Ms } = figures;
  const cells = [connections, what, Math.round(perSecond).toLocaleString('en'), shareText];
  return `| ${[...cells, cpuMs.toFixed(3), p50Ms.toFixed(2), p99Ms.toFixed(2)].join(' | ')} |`;
}

async function startNarae(): Promise<Child> {
  const file = join(work, 'narae.config.json');
  const model = { name: MODEL, provider: 'openai', baseUrl: `${mock.url}/v1` };
  writeFileSync(file, JSON.stringify({ llm: { models: [model], model: MODEL }, log: { level: 'error' } }));
  const command = join(ROOT, 'dist/bin/narae.js');
  const args = [
    'serve',
    join(ROOT, 'docs/guides'),
    '--port',
    '0',
    '--data',
    join(work, 'data'),
    '--config',
    file,
  ];
  const child = await started([command, ...args]);
  while ((await fetch(`${child.url}/readyz`)).status !== 200)
    await new Promise((done) => setTimeout(done, 100));
  return child;
}

async function started(args: readonly string[]): Promise<Child> {
  const child = await startNode({ args });
  children.push(child);
  return child;
}

/** The second answer is a kept one. */
async function askTwice(url: string, body: string): Promise<string> {
  let text = '';
  for (const expected of ['miss', 'hit']) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
    text = await response.text();
    const outcome = response.headers.get('x-narae-cache') ?? '';
    if (!outcome.startsWith(expected)) throw new Error(`expected a ${expected}, got ${outcome}: ${text}`);
  }
  return text;
}

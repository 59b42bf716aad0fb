/** The process as an operator sees it: killed at a bad moment, stopped under load. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  DONE,
  delta,
  type FakeUpstream,
  STOP,
  startEvents,
  startFakeUpstream,
} from '../support/fake-upstream.js';
import { type RunningServer, startNaraeServer } from '../support/narae.js';
import { TempFolder } from '../support/temp-folder.js';

const DOCUMENTS = 400;

let folder: TempFolder;
let data: TempFolder;

beforeEach(() => {
  folder = new TempFolder();
  data = new TempFolder();
});
afterEach(() => {
  folder.remove();
  data.remove();
});

/** Ten sections a document, each with words of its own, so that indexing takes a while. */
function writeDocuments(edition: string): void {
  for (let number = 0; number < DOCUMENTS; number++) {
    const sections = Array.from(
      { length: 10 },
      (_, at) => `## Part ${at}\n\n${`${edition} page${number} part${at} 문서${number}에서 `.repeat(40)}`,
    );
    folder.write(`${number}.md`, `# Page ${number}\n\n${sections.join('\n\n')}\n`);
  }
}

const serve = (untilReady: boolean, args: readonly string[] = []): Promise<RunningServer> =>
  startNaraeServer({ folder: folder.path, dataDir: data.path, untilReady, args });

interface CollectionJson {
  readonly documents: number;
  readonly chunks: number;
  readonly version: number;
}

async function collection(url: string): Promise<CollectionJson> {
  const response = await fetch(`${url}/v1/collections/default`);
  return response.ok ? ((await response.json()) as CollectionJson) : { documents: 0, chunks: 0, version: 0 };
}

async function kill(server: RunningServer): Promise<void> {
  const exited = once(server.process, 'exit');
  server.process.kill('SIGKILL');
  await exited;
}

async function editions(url: string): Promise<string[]> {
  const response = await fetch(`${url}/v1/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'first second page7 page8', k: 100 }),
  });
  const { results } = (await response.json()) as { results: { text: string }[] };
  return [...new Set(results.flatMap(({ text }) => text.match(/first|second/g) ?? []))];
}

function ask(url: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ stream: true, messages: [{ role: 'user', content: 'What does page7 say?' }] }),
    ...(signal && { signal }),
  });
}

/** Asks until told to stop; gives the statuses that came back. */
async function askAlong(url: string, stop: AbortSignal): Promise<number[]> {
  const statuses: number[] = [];
  while (!stop.aborted) {
    const response = await ask(url, stop).catch(() => undefined);
    await response?.text().catch(() => '');
    if (response) statuses.push(response.status);
  }
  return statuses;
}

describe('kill -9', () => {
  test('in the first run keeps what was committed, and the next start finishes', async () => {
    writeDocuments('first');
    const victim = await serve(false, ['--log-level', 'error']);
    await expect
      .poll(async () => (await collection(victim.url)).documents, { interval: 10 })
      .toBeGreaterThan(0);
    const kept = await collection(victim.url);
    await kill(victim);
    expect(kept.documents).toBeLessThan(DOCUMENTS);

    const next = await serve(true);
    await expect.poll(next.output).toMatch(/documents +400 \(\d+ new, \d+ unchanged\)/);
    const unchanged = Number(/(\d+) unchanged/.exec(next.output())?.[1]);
    expect(unchanged).toBeGreaterThanOrEqual(kept.documents);
    expect((await collection(next.url)).documents).toBe(DOCUMENTS);
    expect(await editions(next.url)).toEqual(['first']);
    expect(await next.stop()).toBe(0);
  });

  test('in a later run under load: every question is answered before and after, and nothing is mixed', async () => {
    writeDocuments('first');
    const before = await serve(true);
    await expect.poll(before.output).toContain('400 new');
    const { version, chunks } = await collection(before.url);
    await before.stop();

    writeDocuments('second');
    const victim = await serve(false);
    const stop = new AbortController();
    const clients = Array.from({ length: 4 }, () => askAlong(victim.url, stop.signal));
    await expect
      .poll(async () => (await collection(victim.url)).version, { interval: 10 })
      .toBeGreaterThan(version);
    await kill(victim);
    stop.abort();
    const statuses = new Set((await Promise.all(clients)).flat());
    expect(statuses).toEqual(new Set([200]));

    const next = await serve(true);
    await expect.poll(next.output).toMatch(/documents +400 \(/);
    expect(await editions(next.url)).toEqual(['second']);
    expect((await collection(next.url)).chunks).toBe(chunks);
    expect(await next.stop()).toBe(0);
  });
});

describe('SIGTERM', () => {
  let upstream: FakeUpstream;
  beforeEach(async () => {
    upstream = await startFakeUpstream({ brief: trickle(10), endless: trickle(10_000) });
    folder.write('page.md', '# Page 7\n\nIt says that all is well.\n');
  });
  afterEach(() => upstream.close());

  test('with 50 streams open: the brief end whole, the endless are cut at the deadline, exit code 0', async () => {
    const models = ['brief', 'endless'].map((name) => ({
      name,
      provider: 'openai',
      baseUrl: upstream.baseUrl,
    }));
    const server = await startNaraeServer({
      folder: folder.path,
      args: ['--shutdown-timeout-seconds', '6'],
      env: { NARAE_LLM_MODELS: JSON.stringify(models) },
    });
    const open = await Promise.all(
      Array.from({ length: 50 }, (_, at) => openStream(server.url, at % 2 === 0 ? 'brief' : 'endless')),
    );
    const exited = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    const texts = await Promise.all(open.map((stream) => stream.rest()));
    expect((await exited)[0]).toBe(0);
    const whole = texts.map((text) => text.trimEnd().endsWith('data: [DONE]'));
    expect(whole).toEqual(texts.map((_, at) => at % 2 === 0));
    expect(server.output()).not.toMatch(/unhandled|UnhandledPromise|Warning/i);
    await expect(ask(server.url)).rejects.toThrow();
  });
});

/** A model that says a word every 50 ms. */
function trickle(words: number) {
  return async (response: ServerResponse): Promise<void> => {
    startEvents(response);
    for (let at = 0; at < words && !response.destroyed; at++) {
      response.write(delta(`word${at} `));
      await sleep(50);
    }
    response.end(STOP + DONE);
  };
}

/** Resolves when the first bytes are here; `rest` gives all, also when the server cuts it off. */
async function openStream(url: string, model: string): Promise<{ rest(): Promise<string> }> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'What does it say?' }] }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const read = async (): Promise<boolean> => {
    const { done, value } = (await reader?.read()) ?? { done: true };
    text += value ?? '';
    return !done;
  };
  await read();
  return {
    rest: async () => {
      try {
        while (await read());
      } catch {
        // Cut off: what came until then is what there is.
      }
      return text;
    },
  };
}

test('npm start ends when npm is told to', async () => {
  folder.write('page.md', '# Page\n\nAll is well.\n');
  const npm = spawn('npm', ['start', '--', folder.path, '--port', '0', '--data', data.path], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  npm.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  npm.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const address = () => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  // It may have to build first.
  await expect.poll(address, { timeout: 150_000 }).toBeDefined();
  const url = address() ?? '';
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  npm.kill('SIGTERM');
  const isGone = () =>
    fetch(`${url}/healthz`).then(
      () => false,
      () => true,
    );
  await expect.poll(isGone).toBe(true);
});

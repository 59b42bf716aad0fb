import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request as undiciRequest } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeldAnswers } from '../support/held-answers.js';
import {
  HANDBOOK,
  type RunningServer,
  type ServerOptions,
  startNaraeServer,
  temporaryFolder,
  writeConfig,
} from '../support/narae.js';
import { workerPids } from '../support/processes.js';

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
type Json = any;

let answers: HeldAnswers;
let dataDir: string;
let server: RunningServer;

beforeEach(async () => {
  answers = await HeldAnswers.start('begun ');
  dataDir = await temporaryFolder();
});
afterEach(async () => {
  answers.end();
  await server.stop();
  await answers.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function configure(llm: object = {}, more: object = {}): Promise<void> {
  const { models } = answers;
  await writeConfig(dataDir, { llm: { models, ...llm }, log: { level: 'warn' }, ...more });
}

async function start(workers: number, options: Partial<ServerOptions> = {}): Promise<void> {
  await configure();
  const args = ['--workers', String(workers), ...(options.args ?? [])];
  server = await startNaraeServer({ folder: HANDBOOK, dataDir, ...options, args });
}

/** Sends requests, `lanes` at once over kept connections, until told to stop; tells what came back. */
function load(lanes: number, body: object = { model: 'any', messages: [{ role: 'user', content: 'hi' }] }) {
  const agent = new Agent({ connections: lanes });
  const seen = { ok: 0, failures: [] as string[] };
  let going = true;
  const lane = async (): Promise<void> => {
    while (going) {
      try {
        const reply = await undiciRequest(`${server.url}/v1/chat/completions`, {
          dispatcher: agent,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        const text = await reply.body.text();
        if (reply.statusCode === 200) seen.ok++;
        else seen.failures.push(`${reply.statusCode} ${text}`);
      } catch (error) {
        seen.failures.push(String((error as { code?: string }).code ?? error));
      }
    }
  };
  const running = Promise.all(Array.from({ length: lanes }, lane));
  return {
    seen,
    stop: async () => {
      going = false;
      await running;
      await agent.close();
      return seen;
    },
  };
}

/** A stream on a connection of its own; `text` is all of it once it has ended. */
async function openStream(): Promise<{ status: number; text: Promise<string> }> {
  const reply = await undiciRequest(`${server.url}/v1/chat/completions`, {
    dispatcher: new Agent({ pipelining: 0 }),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'held', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  });
  const text = reply.body.text();
  text.catch(() => {});
  return { status: reply.statusCode, text };
}

async function metric(pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(pattern.exec(text)?.[1] ?? Number.NaN);
}

const CHATS =
  /http_server_request_duration_seconds_count\{[^}]*chat\/completions[^}]*status_code="200"\} (\d+)/;

describe('several workers', () => {
  test('share a port, one index and its metrics; uploads through any of them are found by all', async () => {
    await start(3);
    const pids = await workerPids(server);
    expect(pids).toHaveLength(3);
    const { stop } = load(12);
    await sleep(1_000);
    const { ok, failures } = await stop();
    expect(failures).toEqual([]);
    expect(await metric(CHATS)).toBe(ok);
    expect(await metric(/narae_index_documents\{collection="default"\} (\d+)/)).toBe(2);

    for (let n = 0; n < 6; n++) {
      const form = new FormData();
      form.append('file', new Blob([`# Room ${n}\n\nThe code of room ${n} is zebra${n}.`]), `room-${n}.md`);
      const url = `${server.url}/v1/collections/default/documents`;
      // A connection each, so that every worker gets some.
      const headers = { connection: 'close' };
      expect((await fetch(url, { method: 'POST', body: form, headers })).status).toBe(201);
      for (let reader = 0; reader < 4; reader++) {
        const found = await fetch(`${server.url}/v1/search`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', connection: 'close' },
          body: JSON.stringify({ query: `zebra${n}`, k: 1 }),
        });
        expect(((await found.json()) as Json).results[0].source).toBe(`room-${n}.md`);
      }
    }
    expect(await metric(/narae_index_documents\{collection="default"\} (\d+)/)).toBe(8);
    expect(await metric(/narae_ingest_runs_total\{outcome="ok"\} (\d+)/)).toBe(7);
  });

  test('outlive one that is killed under load, the leading one too, and go on counting', async () => {
    await start(3);
    const before = await workerPids(server);
    const { seen, stop } = load(12);
    await expect.poll(() => metric(CHATS)).toBeGreaterThan(0);
    const counted = await metric(CHATS);
    for (const pid of before.slice(0, 2)) process.kill(pid, 'SIGKILL');
    await expect.poll(() => workerPids(server)).toHaveLength(3);
    const after = await workerPids(server);
    expect(after).toContain(before[2]);
    const okByThen = seen.ok;
    await expect.poll(() => seen.ok).toBeGreaterThan(okByThen + 100);
    const { failures } = await stop();
    // Only what the dead had under way is lost, at most what each connection carried.
    expect(failures.length).toBeLessThanOrEqual(12);
    expect(failures.filter((failure) => !/SOCKET|RESET/.test(failure))).toEqual([]);
    expect(await metric(CHATS)).toBeGreaterThanOrEqual(counted);
    const crashes = () => metric(/narae_worker_restarts_total\{reason="crash"\} (\d+)/);
    await expect.poll(crashes).toBe(2);
    for (const worker of [0, 1, 2]) {
      const killed = new RegExp(`narae_worker_exits_total\\{worker="${worker}",cause="SIGKILL"\\} (\\d+)`);
      expect(await metric(killed)).toBe(worker < 2 ? 1 : Number.NaN);
    }
    await expect.poll(() => metric(/narae_workers_serving (\d+)/)).toBe(3);
    expect(await metric(/narae_workers_configured (\d+)/)).toBe(3);
    expect(server.output()).toContain('ended (signal SIGKILL); another one starts in');
  });

  test('are replaced one by one on SIGHUP without one failed request', async () => {
    await start(2);
    const before = await workerPids(server);
    const stream = await openStream();
    const { seen, stop } = load(10);
    await sleep(300);
    await configure({}, { answer: { batchMaxQuestions: 2 } });
    server.process.kill('SIGHUP');
    await sleep(1_500);
    answers.end();
    expect(await stream.text).toMatch(/begun [\s\S]*and done[\s\S]*\[DONE\]/);
    await expect.poll(() => server.output()).toContain('All workers run');
    const after = await workerPids(server);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    const okByThen = seen.ok;
    await expect.poll(() => seen.ok).toBeGreaterThan(okByThen + 50);
    expect((await stop()).failures).toEqual([]);
    expect(await metric(/narae_worker_restarts_total\{reason="reload"\} (\d+)/)).toBe(2);
    expect(await metric(/(narae_worker_exits_total\{)/)).toBeNaN();
    const refused = await fetch(`${server.url}/v1/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ questions: ['a', 'b', 'c'] }),
    });
    expect(refused.status).toBe(400);
  });

  test('go on as they are when the configuration has become bad, also for a worker that dies then', async () => {
    await start(2);
    const before = await workerPids(server);
    await configure({}, { server: { prot: 1 } });
    server.process.kill('SIGHUP');
    await expect.poll(() => server.output()).toMatch(/server\.prot.*\[config_unknown_key\]/);
    process.kill(before[0] as number, 'SIGKILL');
    await expect.poll(() => isAlive(before[0] as number)).toBe(false);
    await expect.poll(() => workerPids(server)).toHaveLength(2);
    expect(await workerPids(server)).toContain(before[1]);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  test('end with their primary, however it ends', async () => {
    await start(2);
    const pids = await workerPids(server);
    server.process.kill('SIGKILL');
    const alive = () => pids.filter(isAlive);
    await expect.poll(alive).toEqual([]);
  });

  test('that cannot start say why, once', async () => {
    await configure();
    const second = startNaraeServer({
      folder: HANDBOOK,
      dataDir,
      args: ['--workers', '2', '--host', '192.0.2.1', '--allow-unauthenticated'],
    });
    await expect(second).rejects.toThrow(/\[host_unavailable\]/);
    await start(1);
  });
});

test('a reload that gives answers more time to end gives it to those who end the server', {
  timeout: 90_000,
}, async () => {
  await start(2);
  // Longer than the old time and the margin for workers together.
  const server_ = { shutdownTimeoutSeconds: 60 };
  await configure({}, { server: server_ });
  server.process.kill('SIGHUP');
  await expect.poll(() => server.output(), { timeout: 40_000 }).toContain('All workers run');
  const stream = await openStream();
  const exited = new Promise((resolve) => server.process.once('exit', resolve));
  server.process.kill('SIGTERM');
  await sleep(27_000);
  expect(server.process.exitCode).toBeNull();
  answers.end();
  expect(await stream.text).toMatch(/and done[\s\S]*\[DONE\]/);
  expect(await exited).toBe(0);
});

test('a server that is told to end in the midst of a reload just ends', async () => {
  await start(2);
  const exited = new Promise((resolve) => server.process.once('exit', resolve));
  server.process.kill('SIGHUP');
  await expect.poll(() => server.output()).toContain('Restarting the workers');
  server.process.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(server.output()).not.toMatch(/\[\w+_failed\]/);
});

test('workers that die again and again end the server, which says what to do', {
  timeout: 120_000,
}, async () => {
  await start(2);
  const exited = new Promise((resolve) => server.process.once('exit', resolve));
  let isOver = false;
  void exited.then(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const pid of (await workerPids(server)).filter(isAlive)) process.kill(pid, 'SIGKILL');
    await sleep(50);
  }
  expect(await exited).toBe(1);
  expect(server.output()).toMatch(/No worker can be kept alive .*SIGKILL.*\[workers_failed\]/);
});

test('SIGHUP to one process alone ends nothing, and says why nothing is read anew', async () => {
  await start(1);
  const stream = await openStream();
  server.process.kill('SIGHUP');
  await expect.poll(() => server.output()).toContain('--workers 2');
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  answers.end();
  expect(await stream.text).toMatch(/and done[\s\S]*\[DONE\]/);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.each([1, 2])('SIGTERM with %i workers', (workers) => {
  const ends = () => new Promise<number | null>((resolve) => server.process.once('exit', resolve));

  test('lets 50 streams end, refuses what is new, then exits with 0', async () => {
    await start(workers);
    const streams = await Promise.all(Array.from({ length: 50 }, () => openStream()));
    expect(streams.every(({ status }) => status === 200)).toBe(true);
    const exited = ends();
    server.process.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(503);
    const refused = await fetch(`${server.url}/v1/models`);
    expect([refused.status, refused.headers.get('connection')]).toEqual([503, 'close']);
    expect(await refused.json()).toMatchObject({ error: { code: 'closing' } });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(server.process.exitCode).toBeNull();
    answers.end();
    for (const { text } of streams) expect(await text).toMatch(/and done[\s\S]*\[DONE\]\n\n$/);
    expect(await exited).toBe(0);
  });

  test('cuts off what is left at the deadline, with an error event', async () => {
    await start(workers, { args: ['--shutdown-timeout-seconds', '0.5'] });
    const streams = await Promise.all(Array.from({ length: 10 }, () => openStream()));
    const exited = ends();
    server.process.kill('SIGTERM');
    for (const { text } of streams) {
      const all = await text;
      expect(all).toMatch(/"code":"closing"/);
      expect(all).not.toContain('[DONE]');
    }
    expect(await exited).toBe(0);
  });

  test('says of a list of questions that it was cut off', async () => {
    await start(workers, { args: ['--shutdown-timeout-seconds', '0.5'] });
    const before = answers.upstream.seen.length;
    const reply = await undiciRequest(`${server.url}/v1/batch`, {
      dispatcher: new Agent({ pipelining: 0 }),
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ questions: ['one', ' ', 'two'], model: 'held' }),
    });
    await expect.poll(() => answers.upstream.seen.length).toBeGreaterThan(before);
    const exited = ends();
    server.process.kill('SIGTERM');
    const lines = (await reply.body.text()).trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ status: 'cut-off', error: { code: 'closing' } });
    expect(await exited).toBe(0);
  });

  test('cuts off at once when it comes twice', async () => {
    await start(workers, { args: ['--shutdown-timeout-seconds', '60'] });
    const stream = await openStream();
    const exited = ends();
    server.process.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(503);
    server.process.kill('SIGTERM');
    expect(await stream.text).toMatch(/"code":"closing"/);
    expect(await exited).toBe(130);
  });
});

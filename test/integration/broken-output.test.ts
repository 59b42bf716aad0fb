import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMAND, cleanEnvironment, HANDBOOK, temporaryFolder } from '../support/narae.js';

let dataDir: string;
let server: ChildProcess;
beforeEach(async () => {
  dataDir = await temporaryFolder();
});
afterEach(async () => {
  server.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

/** Starts a server whose messages and log go to `stderr`; gives where it is. */
async function start(stderr: 'pipe' | number, args: readonly string[]): Promise<string> {
  const command = [COMMAND, 'serve', HANDBOOK, '--port', '0', '--data', dataDir, ...args];
  server = spawn(process.execPath, command, {
    env: cleanEnvironment(),
    cwd: dataDir,
    stdio: ['ignore', 'pipe', stderr],
  });
  let output = '';
  server.stdout?.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const url = () => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  await expect.poll(url, { timeout: 30_000 }).toBeDefined();
  return url() ?? '';
}

/** What is logged: a request, and failures. */
async function expectAnswers(url: string): Promise<void> {
  const post = (body: object) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify(body),
    });
  const messages = [{ role: 'user', content: 'How much leave is there?' }];
  for (let n = 0; n < 5; n++) {
    expect((await post({ messages })).status).toBe(200);
    expect((await post({ model: 'nobody', messages })).status).toBe(404);
  }
}

const ended = () => once(server, 'exit', { signal: AbortSignal.timeout(30_000) });

test.each([
  1, 2,
])('a server of %i whose log nobody reads any more answers on, and ends when told to', async (workers) => {
  const url = await start('pipe', ['--workers', String(workers)]);
  server.stderr?.destroy();
  await expectAnswers(url);
  const exit = ended();
  server.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

test.each([
  1, 2,
])('a server of %i whose log is on a full disk answers on, and ends when told to', async (workers) => {
  const full = openSync('/dev/full', 'a');
  const url = await start(full, ['--workers', String(workers)]);
  closeSync(full);
  await expectAnswers(url);
  const exit = ended();
  server.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

import { execFile } from 'node:child_process';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanEnvironment, type RunningServer, startNaraeServer, temporaryFolder } from '../support/narae.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const handbook = join(root, 'test/fixtures/handbook');

let workFolder: string;
beforeAll(async () => {
  // A user's project: the examples beside an installed package.
  workFolder = await temporaryFolder();
  await mkdir(join(workFolder, 'node_modules'));
  await symlink(root, join(workFolder, 'node_modules/narae'));
  for (const name of ['openai', '@langchain'])
    await symlink(join(root, 'node_modules', name), join(workFolder, 'node_modules', name));
});
afterAll(() => rm(workFolder, { recursive: true, force: true }));

async function runExample(file: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(root, 'examples', file), ...args], {
    cwd: workFolder,
    env: cleanEnvironment(),
    timeout: 50_000,
  });
  return stdout;
}

test('ask: the answer cites the file that holds it', async () => {
  const output = await runExample('ask.mjs', [handbook, 'How many days of annual leave are there?']);
  expect(output).toContain('24 days');
  expect(output).toMatch(/\[1\] leave\.md/);
});

test('stream: text, then its end', async () => {
  const output = await runExample('stream.mjs', [handbook, 'What does E-4012 mean?']);
  expect(output).toMatch(/certificate has expired[\s\S]*\(stop\)/);
});

test('batch: a failing question does not end the others', async () => {
  const output = await runExample('batch.mjs', [handbook, 'How long is parental leave?', ' ']);
  expect(output).toMatch(/✓[\s\S]*14 months/);
  expect(output).toContain('empty_question');
});

test('langgraph-client: a streamed answer with its sources, and another one on a branch', async () => {
  const server: RunningServer = await startNaraeServer({ folder: handbook });
  try {
    const output = await runExample('langgraph-client.mjs', [server.url, 'How long is parental leave?']);
    expect(output).toMatch(/\[1\] leave\.md[\s\S]*14 months[\s\S]*On a branch of its own: \S/);
  } finally {
    await server.stop();
  }
});

test('cached-function: twins share a run, and dropping by name makes another', async () => {
  const output = await runExample('cached-function.mjs', []);
  expect(output).toContain('user_1: joined');
  expect(output).toContain('5 calls in all, 2 runs');
  expect(output).toMatch(/dropped 2 entries[\s\S]*now 3 runs/);
});

test('batch-http: results of a running server, line by line', async () => {
  const server: RunningServer = await startNaraeServer({ folder: handbook });
  try {
    const output = await runExample('batch-http.mjs', [server.url, 'How long is parental leave?', ' ']);
    expect(output).toMatch(/✓ 0: [\s\S]*14 months/);
    expect(output).toContain('✗ 1: empty_question');
    expect(output).toContain('complete: 1 answered, 1 failed');
  } finally {
    await server.stop();
  }
});

test('search: two queries, two lists', async () => {
  const output = await runExample('search.mjs', [handbook]);
  expect(output.split('\n').filter((line) => /^ {2}\d\.\d{3} /.test(line)).length).toBeGreaterThanOrEqual(2);
});

test('flow: branches, an approval, a drawing', async () => {
  const output = await runExample('flow.mjs', []);
  expect(output).toContain('topics: {"topics":["billing"]}');
  expect(output).toContain('waiting: Send this? 확인하고 있습니다: product, billing');
  expect(output).toContain('finished: 확인하고 있습니다: product, billing (approved)');
  expect(output).toContain('flowchart TD');
  const calm = await runExample('flow.mjs', ['The invoice of June is missing.']);
  expect(calm).toContain('finished: We look into: billing\n');
});

test('openai-client: streams from a running server', async () => {
  const server: RunningServer = await startNaraeServer({ folder: handbook });
  try {
    const output = await runExample('openai-client.mjs', [
      `${server.url}/v1`,
      'How many days of annual leave are there?',
    ]);
    expect(output).toContain('24 days');
    expect(output).toContain('leave.md');
  } finally {
    await server.stop();
  }
});

test('langgraph: interrupted, resumed, and continued by the next run', async () => {
  const path = join(workFolder, 'checkpoints.db');
  expect(await runExample('langgraph.mjs', [path])).toContain(
    'interrupted: Which city?\n2 messages, the last: 서울',
  );
  expect(await runExample('langgraph.mjs', [path])).toContain('5 messages, the last: 서울');
});

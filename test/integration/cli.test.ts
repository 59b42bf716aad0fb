import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectOneClearLine, type Outcome, outcomeOf, startCommand } from '../support/command.js';
import { startNaraeServer, temporaryFolder } from '../support/narae.js';

let root: string;
let folder: string;
let dataDir: string;

beforeAll(async () => {
  root = await temporaryFolder();
  folder = join(root, '문서');
  dataDir = join(root, 'data');
  await mkdir(join(folder, 'guide'), { recursive: true });
  await writeFile(join(folder, 'guide/refund.md'), '# Refunds\n\nA refund takes fourteen days.\n');
  await writeFile(join(folder, '휴가.md'), '# 휴가\n\n신입 사원의 휴가는 열한 날입니다.\n');
  await writeFile(join(folder, 'blob.bin'), Buffer.from([0, 1, 2, 3, 0, 255]));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const finish = outcomeOf;

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return startCommand(root, args, env);
}

function narae(...args: string[]): Promise<Outcome> {
  return finish(start([...args, '--data', dataDir]));
}

describe('a folder, from nothing to an answer', () => {
  test('ingest reports documents, chunks, languages and what was skipped', async () => {
    const { code, stdout } = await narae('ingest', folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/documents +2 \(2 new\)/);
    expect(stdout).toMatch(/languages .*1 ko/);
    expect(stdout).toMatch(/skipped +1 file: 1 (binary|unsupported)/);
  });

  test('a second run has nothing to do', async () => {
    const { stdout } = await narae('ingest', folder, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      documents: { added: 0, changed: 0, removed: 0, unchanged: 2 },
      chunks: { embedded: 0 },
    });
  });

  test('ask answers in English and Korean, with sources', async () => {
    const english = await narae('ask', 'How many days does a refund take?');
    expect(english.code).toBe(0);
    expect(english.stdout).toContain('fourteen days');
    expect(english.stdout).toMatch(/Sources\n\[1\] guide\/refund\.md › Refunds\n/);
    const korean = await narae('ask', '신입 사원의 휴가는 며칠인가요?', '--json');
    const answer = JSON.parse(korean.stdout) as { answer: string; sources: { source: string }[] };
    expect(answer.answer).toContain('열한 날');
    expect(answer.sources[0]?.source).toBe('휴가.md');
  });

  test('search finds the passage, and survives a reader that leaves', async () => {
    const { stdout } = await narae('search', 'refund', '-k', '1', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ mode: 'hybrid', results: [{ source: 'guide/refund.md' }] });
    const child = start(['config', '--keys', '--data', dataDir]);
    child.stdout?.destroy();
    expect(await finish(child)).toMatchObject({ code: 0, stderr: '' });
  });

  test('doctor finds nothing wrong', async () => {
    const { code, stdout } = await narae('doctor', folder, '--port', '0');
    expect(stdout).toMatch(/✓ libsql/);
    expect(stdout).toMatch(/✓ database +readable: 1 collection, 2 documents/);
    expect(stdout).not.toContain('✗');
    expect(code).toBe(0);
  });
});

describe('failures', () => {
  test.each([
    [['ingest', 'no-such-folder'], 2, 'folder_not_found'],
    [['ingest', '문서/휴가.md'], 2, 'not_a_folder'],
    [['ask', 'x', '--collection', 'nowhere'], 2, 'collection_not_found'],
    [['ask', 'x', '--model', 'nobody'], 2, 'model_not_found'],
    [['serve', '--port', 'x'], 3, 'config_invalid'],
    [['serve', '--host', '0.0.0.0'], 3, 'open_bind_refused'],
    [['serve', '--config', 'no.json'], 3, 'config_file_unreadable'],
    [['ask', 'x', '--server', 'http://127.0.0.1:9'], 5, 'server_unreachable'],
  ])('%j', async (args, exitCode, code) => {
    const outcome = await narae(...args);
    expectOneClearLine(outcome, code);
    expect(outcome.code).toBe(exitCode);
  });

  test('a misspelled variable is refused with the right one', async () => {
    const outcome = await finish(start(['config'], { NARAE_PROT: '1' }));
    expectOneClearLine(outcome, 'config_unknown_key');
    expect(outcome.stderr).toContain('Did you mean "NARAE_PORT"?');
  });

  test('a port in use is refused with another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const outcome = await narae('serve', folder, '--port', String(port), '--log-level', 'silent');
    other.close();
    expectOneClearLine(outcome, 'port_in_use');
    expect(outcome.code).toBe(3);
  });

  test('a data folder that is a file is a storage failure', async () => {
    const file = join(root, 'file');
    await writeFile(file, 'x');
    const outcome = await finish(start(['ask', 'x', '--data', file]));
    expect(outcome.code).toBe(4);
    expect(outcome.stderr).toMatch(/^narae: .+ \[storage_\w+\]\n$/);
  });

  test('a model that is out of reach fails the question, and doctor says what to do', async () => {
    const env = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_MODEL: 'm' };
    const asked = await finish(start(['ask', 'refund?', '--data', dataDir], env));
    expectOneClearLine(asked, 'llm_unreachable');
    expect(asked.code).toBe(5);
    const doctor = await finish(start(['doctor', '--data', dataDir, '--port', '0'], env));
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/✗ model +The model server at 127\.0\.0\.1:9 cannot be reached/);
  });

  test('doctor asks the Redis that is configured', async () => {
    const env = { REDIS_URL: 'redis://127.0.0.1:9' };
    const doctor = await finish(start(['doctor', '--data', dataDir, '--port', '0'], env));
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/✗ Redis +Redis did not answer: .+ECONNREFUSED.+Check redis\.url/);
  });
});

describe('serve', () => {
  test('prints what it did, answers ask --server, and stops cleanly', async () => {
    const server = await startNaraeServer({ folder });
    await expect.poll(server.output).toContain('curl -s');
    expect(server.output()).toMatch(/documents +2 \(2 new\)/);
    expect(server.output()).toMatch(/embedder +builtin/);
    expect(server.output()).toMatch(/answers by extractive/);
    const { code, stdout } = await narae('ask', '휴가는 며칠인가요?', '--server', server.url);
    expect(code).toBe(0);
    expect(stdout).toContain('열한 날');
    expect(stdout).toMatch(/\[1\] 휴가\.md › 휴가\n/);
    expect(await server.stop()).toBe(0);
  });

  test('without a folder it serves its own guides, and never over documents that are there', async () => {
    const own = await startNaraeServer({});
    await expect.poll(own.output).toContain('its own guides');
    expect(await own.stop()).toBe(0);
    const earlier = await startNaraeServer({ dataDir });
    await expect.poll(earlier.output).toContain('what was indexed earlier');
    expect(earlier.output()).toMatch(/documents +2\n/);
    expect(await earlier.stop()).toBe(0);
  });

  test('the one curl line that it prints works as it stands', async () => {
    const server = await startNaraeServer({ folder });
    await expect.poll(server.output).toContain('curl -s');
    const line = /curl -s .+$/m.exec(server.output())?.[0] ?? '';
    const curl = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'pipe'] });
    const { stdout } = await finish(curl);
    expect(JSON.parse(stdout)).toMatchObject({
      object: 'chat.completion',
      narae: { provider: 'extractive' },
    });
    await server.stop();
  });
});

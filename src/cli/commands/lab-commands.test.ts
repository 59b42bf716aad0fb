import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../bench/support/free-port.js';
import { fakeApp, MemoryTerminal, newAppState } from '../../../test/support/cli-app.js';
import { FAULTS, type LoadReport, type MockLlm, startMockLlm } from '../../lab/index.js';
import { runCommandLine } from '../program.js';

let folder: string;
let mock: MockLlm;
let terminal: MemoryTerminal;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'narae-lab-'));
  mock = await startMockLlm({ tokens: 4 });
});
beforeEach(() => {
  terminal = new MemoryTerminal();
});
afterAll(async () => {
  await mock.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(...argv: string[]): Promise<number> {
  return runCommandLine(argv, {
    terminal,
    loadApp: async () => fakeApp(newAppState()),
    loadWorkers: () => Promise.reject(new Error('one process is enough here')),
    configSource: { cwd: folder, environment: { NARAE_API_KEYS: 'server-key-1' } },
  });
}

function bench(...argv: string[]): Promise<number> {
  return run('bench', mock.url, '--requests', '6', '--concurrency', '2', ...argv);
}

describe('bench', () => {
  it('prints a report for people', async () => {
    expect(await bench()).toBe(0);
    expect(terminal.stdout).toContain(`${mock.url} · mock · 2 clients · `);
    expect(terminal.stdout).toContain('6 complete, at most 2 at once');
    expect(terminal.stdout).toMatch(/first token +\d/);
  });

  it('prints JSON and Markdown', async () => {
    expect(await bench('--json')).toBe(0);
    const report = JSON.parse(terminal.stdout) as LoadReport;
    expect(report.requests).toMatchObject({ started: 6, ok: 6 });
    expect(report.tokens).toBe(24);
    terminal = new MemoryTerminal();
    expect(await bench('--markdown')).toBe(0);
    expect(terminal.stdout).toMatch(/^\*\*mock\*\* at http/);
    expect(terminal.stdout).toContain('| first token | ');
  });

  it('names failures, and ends with 5 when nothing was answered', async () => {
    expect(await bench('--model', 'mock-eof')).toBe(5);
    expect(terminal.stdout).toContain('6 failed');
    expect(terminal.stdout).toContain('6 × cut: ended in mid-answer, without a finish reason');
    terminal = new MemoryTerminal();
    expect(await bench('--model', 'mock-flaky', '--markdown')).toBe(0);
    expect(terminal.stdout).toContain('  - 3 × status 500: ');
    // The server's words are no markup.
    expect(terminal.stdout).toContain('asks.');
  });

  it('replays a trace, twice as fast', async () => {
    const trace = join(folder, 'trace.csv');
    writeFileSync(trace, 'timestamp\n0\n0.02\n0.04\n');
    expect(await run('bench', mock.url, '--trace', trace, '--trace-unit', 's', '--speed', '2')).toBe(0);
    expect(terminal.stdout).toContain('3 recorded arrivals, 2 times as fast');
    expect(terminal.stdout).toMatch(/late start +\d/);
  });

  it('asks the prompts of a file', async () => {
    const prompts = join(folder, 'prompts.txt');
    writeFileSync(prompts, '환불 규정은?\n\nWhat about fees?\n');
    expect(await bench('--prompts', prompts, '--max-tokens', '2', '--json')).toBe(0);
    expect((JSON.parse(terminal.stdout) as LoadReport).tokens).toBe(12);
  });

  it("sends a key from a file, or to this machine the server's own", async () => {
    const keys: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      keys.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const key = join(folder, 'key.txt');
    writeFileSync(key, 'secret\n');
    const url = `http://127.0.0.1:${port}`;
    expect(await run('bench', url, '--model', 'm', '--requests', '1', '--api-key-file', key)).toBe(5);
    expect(await run('bench', url, '--model', 'm', '--requests', '1')).toBe(5);
    await new Promise((resolve) => server.close(resolve));
    expect(keys).toEqual(['Bearer secret', 'Bearer server-key-1']);
  });

  it.each([
    [['--rate', '5'], '--concurrency and --rate exclude each other.'],
    [['--speed', '2'], '--speed goes with --trace only.'],
    [['--trace-unit', 's'], '--trace-unit goes with --trace only.'],
    [['--poisson'], '--poisson goes with --rate only.'],
    [['--duration', 'soon'], '--duration takes a number from 0.001 to 86400, not "soon".'],
    [['--max-tokens', '1.5'], '--max-tokens takes a whole number from 1'],
    [['--body', '[1]'], '--body takes a JSON object'],
    [['--json', '--markdown'], '--json and --markdown exclude each other.'],
    [['--prompts', '/no/such/file'], '[file_not_found]'],
    [['--max-in-flight', '5'], '--max-in-flight goes with --rate or --trace only.'],
    [['--api-key-file', '/dev/null'], '"/dev/null" must hold one API key and nothing else.'],
    [['--pid', '1073741824'], 'There is no process 1073741824'],
  ])('%j is wrong usage', async (argv, message) => {
    expect(await bench(...argv)).toBe(2);
    expect(terminal.stderr).toContain(message);
    expect(terminal.stdout).toBe('');
  });

  it('says what to do about failures that the run itself brought about', async () => {
    expect(await bench('--model', 'mock-401')).toBe(5);
    expect(terminal.stdout).toContain('6 × status 401: The mock refuses with status 401');
    expect(terminal.stdout).toContain('! The server wants an API key that it knows');
    // Nothing was measured: no zeros that look like times.
    expect(terminal.stdout).toMatch(/first token( +–){4}\n/);
    terminal = new MemoryTerminal();
    expect(await bench('--model', 'mock-html', '--markdown', '--warmup', '1')).toBe(5);
    expect(terminal.stdout).toContain('6 × malformed: not an event stream (text/html');
    expect(terminal.stdout).toContain(
      '- **What came was no stream of OpenAI events: check the path of \\<url\\>',
    );
    expect(terminal.stdout).toContain('| first token | – | – | – | – |');
    expect(terminal.stderr).toContain('Warming up with 1 request, one after another …');
  });

  it('says when the server wants a key before it names its models', async () => {
    const server = createServer((_, response) => response.writeHead(401).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await run('bench', `http://127.0.0.1:${port}`)).toBe(5);
    expect(terminal.stderr).toContain('give a file that holds one with --api-key-file [server_refused]');
    expect(await run('bench', `http://user:word@127.0.0.1:${port}`)).toBe(2);
    await new Promise((resolve) => server.close(resolve));
  });

  it('says when nothing answers at the address', async () => {
    expect(await run('bench', `http://127.0.0.1:${await freePort()}`)).toBe(5);
    expect(terminal.stderr).toContain('[server_unreachable]');
    expect(await run('bench', 'localhost:8000')).toBe(2);
  });
});

describe('mock-llm', () => {
  it('lists what it can do', async () => {
    expect(await run('mock-llm', '--list')).toBe(0);
    expect(terminal.stdout.trimEnd().split('\n')).toHaveLength(Object.keys(FAULTS).length);
    expect(terminal.stdout).toMatch(/^mock-stall +stops in mid-answer/m);
  });

  it('needs no configuration, and minds no broken one', async () => {
    const file = join(folder, 'narae.config.json');
    writeFileSync(file, '{"server": {"port": "abc"}}');
    expect(await run('mock-llm', '--list')).toBe(0);
    expect(await bench()).toBe(3);
    expect(terminal.stderr).toContain('[config_invalid]');
    rmSync(file);
  });

  it.each([
    [['--tokens', '-1'], 2, '--tokens takes a whole number from 0 to 100000'],
    [['--port', '70000'], 2, '--port takes a whole number'],
    [['--host', '192.0.2.1'], 3, '[host_unavailable]'],
  ])('%j does not start', async (argv, code, message) => {
    expect(await run('mock-llm', ...argv)).toBe(code);
    expect(terminal.stderr).toContain(message);
  });

  it('runs until it is interrupted', async () => {
    const running = run('mock-llm', '--port', '0', '--tokens', '2');
    while (terminal.stdout === '') await new Promise((resolve) => setTimeout(resolve, 5));
    const response = await fetch(`${terminal.stdout.trim()}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'gpt-anything', messages: [] }),
    });
    expect(await response.json()).toMatchObject({ usage: { completion_tokens: 2 } });
    process.emit('SIGINT');
    expect(await running).toBe(0);
    expect(terminal.stderr).toContain('Stopped after 1 call; 0 clients left early.');
  });
});

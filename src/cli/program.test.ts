import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AppState, fakeApp, MemoryTerminal, newAppState, SOURCE } from '../../test/support/cli-app.js';
import { NaraeError } from '../core/index.js';
import { runCommandLine } from './program.js';

let folder: string;
let state: AppState;
let terminal: MemoryTerminal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'narae-cli-'));
  state = newAppState();
  terminal = new MemoryTerminal();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(...argv: string[]): Promise<number> {
  return runCommandLine(argv, {
    terminal,
    loadApp: async () => fakeApp(state),
    loadWorkers: () => Promise.reject(new Error('one process is enough here')),
    configSource: { cwd: folder, environment: {} },
  });
}

describe('the command line', () => {
  it.each([
    [['frobnicate'], 'unknown command'],
    [['ask'], 'missing required argument'],
    [['search', 'x', '--mode', 'magic'], 'Allowed choices are hybrid, vector, keyword'],
    [['ask', 'x', '--jsn'], 'Did you mean --json'],
    [['ask', ' '], '[empty_question]'],
    [['ingest'], '[usage]'],
    [['ingest', '/no/such/folder'], '[folder_not_found]'],
    [['ask', 'x', '--server', 'ftp://x'], 'http://127.0.0.1:8000'],
  ])('%j is wrong usage', async (argv, message) => {
    expect(await run(...argv)).toBe(2);
    expect(terminal.stderr).toContain(message);
    expect(terminal.stdout).toBe('');
  });

  it('says configuration errors in one line', async () => {
    expect(await run('ask', 'x', '--port', 'abc')).toBe(3);
    expect(terminal.stderr).toBe(
      'narae: Configuration: server.port must be a whole number from 0 to 65535, not "abc" (from flag --port). [config_invalid]\n',
    );
  });

  it('refuses to serve the network without a key', async () => {
    expect(await run('serve', folder, '--host', '0.0.0.0')).toBe(3);
    expect(terminal.stderr).toContain('[open_bind_refused]');
  });

  it('gives each kind of failure its exit code and closes what it opened', async () => {
    state.openError = new NaraeError('storage_full', { values: { path: '/data' } });
    expect(await run('ask', 'x')).toBe(4);
    state.openError = undefined;
    state.parts[2] = {
      type: 'error',
      error: new NaraeError('llm_unreachable', { values: { host: 'h', reason: 'r' } }),
    };
    expect(await run('ask', 'x')).toBe(5);
    expect(state.opened).toBe(1);
    expect(state.closed).toBe(1);
  });

  it('shows a cause only when debugging', async () => {
    state.openError = new NaraeError('internal', { cause: new Error('the cause') });
    expect(await run('ask', 'x')).toBe(1);
    expect(terminal.stderr).not.toContain('at ');
    await run('ask', 'x', '--log-level', 'debug');
    expect(terminal.stderr).toMatch(/Error: the cause\n\s+at /);
  });

  it('prints help and version on stdout', async () => {
    expect(await run('serve', '--help')).toBe(0);
    expect(terminal.stdout).toContain('--watch');
    expect(terminal.stdout).not.toContain('--chunk-tokens');
    expect(await run('--version')).toBe(0);
    expect(terminal.stdout).toMatch(/\d+\.\d+\.\d+\n$/);
  });
});

describe('ask', () => {
  it('streams the answer, then the sources that it cites', async () => {
    expect(await run('ask', '환불 기한은?', '-k', '3')).toBe(0);
    expect(terminal.stdout).toBe(
      '14일 안에 됩니다 [1].\n\nSources\n[1] 안내/환불.md › 환불 › 기한\nand 1 passage that the answer does not cite\n',
    );
    expect(state.requests[0]).toMatchObject({
      messages: [{ role: 'user', content: '환불 기한은?' }],
      retrieval: { enabled: true, collection: 'default', k: 3 },
    });
    expect(state.closed).toBe(1);
  });

  it('gives JSON when asked', async () => {
    expect(await run('ask', 'x', '--json')).toBe(0);
    expect(JSON.parse(terminal.stdout)).toMatchObject({
      answer: '14일 안에 됩니다 [1].',
      model: 'extractive',
      finishReason: 'stop',
      sources: [{ n: 1 }, { n: 2 }],
    });
  });

  it('says what to do when nothing is indexed', async () => {
    state.collections.length = 0;
    expect(await run('ask', 'x')).toBe(2);
    expect(terminal.stderr).toContain('narae ingest ./folder');
  });
});

describe('ask --server', () => {
  const chunk = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
  const { documentId, ...wire } = SOURCE;
  const opening = chunk({
    model: 'm',
    narae: { provider: 'openai', sources: [{ ...wire, document_id: documentId }] },
    choices: [],
  });
  const text = chunk({ choices: [{ delta: { content: '14일 [1]' } }] });

  async function askThrough(status: number, body: string, ...argv: string[]) {
    const bodies: unknown[] = [];
    const server = createServer(async (request, response) => {
      let received = '';
      for await (const piece of request) received += String(piece);
      bodies.push(JSON.parse(received));
      response.writeHead(status);
      // In pieces that cut lines and characters.
      const bytes = Buffer.from(body);
      for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const code = await run('ask', '기한은?', '--server', `http://127.0.0.1:${port}/v1`, ...argv);
    await new Promise((resolve) => server.close(resolve));
    return { code, bodies };
  }

  it('streams from a running server', async () => {
    const finish = chunk({ choices: [{ delta: {}, finish_reason: 'stop' }] });
    const { code, bodies } = await askThrough(
      200,
      `${opening}: ping\n\n${text}${finish}data: [DONE]\n\n`,
      '-k',
      '2',
    );
    expect(code).toBe(0);
    expect(terminal.stdout).toBe('14일 [1]\n\nSources\n[1] 안내/환불.md › 환불 › 기한\n');
    expect(bodies).toMatchObject([{ stream: true, narae: { k: 2 }, messages: [{ content: '기한은?' }] }]);
    expect(state.opened).toBe(0);
  });

  it.each([
    ['a stream that stops', 200, opening + text, 'llm_stream_broken'],
    [
      'an error in the stream',
      200,
      opening + chunk({ error: { message: 'the model is gone' } }),
      'the model is gone',
    ],
    [
      'a refusal',
      401,
      '{"error":{"message":"A valid API key is needed"}}',
      'status 401): it needs a key that it knows. Set NARAE_API_KEYS',
    ],
    ['something else', 200, 'data: <html>\n\n', 'llm_stream_broken'],
  ])('reports %s', async (_name, status, body, message) => {
    const { code } = await askThrough(status, body);
    expect(code).toBe(5);
    expect(terminal.stderr).toContain(message);
  });

  it('says when nobody is there', async () => {
    expect(await run('ask', 'x', '--server', 'http://127.0.0.1:9')).toBe(5);
    expect(terminal.stderr).toContain('[server_unreachable]');
  });
});

describe('serve', () => {
  const interruptOnce = (): void => {
    state.onStarted = () => process.emit('SIGINT');
  };

  it('tells the address first, then what it did, and closes at the first interrupt', async () => {
    interruptOnce();
    expect(await run('serve', folder)).toBe(0);
    expect(terminal.stderr).toMatch(/^Narae is at http:\/\/127\.0\.0\.1:8000\n/);
    expect(terminal.stdout).toContain('  page       http://127.0.0.1:8000\n');
    expect(terminal.stdout).toContain('curl -s http://127.0.0.1:8000/v1/chat/completions');
    expect(terminal.stdout).toContain('"content":"“휴가”에 대해 알려 주세요"');
    expect(state.closed).toBe(1);
  });

  it('goes on serving when indexing fails, and says so', async () => {
    const error = new NaraeError('ingest_out_of_memory', { values: { limitMb: 128 } });
    state.index = () => Promise.reject(error);
    interruptOnce();
    expect(await run('serve', folder)).toBe(0);
    expect(terminal.stderr).toContain('[ingest_out_of_memory]');
    expect(terminal.stderr).toContain('Still serving what is indexed');
  });

  it('is interrupted while indexing without waiting for it', async () => {
    state.index = () => new Promise(() => {});
    interruptOnce();
    expect(await run('serve', folder)).toBe(0);
    expect(terminal.stdout).toBe('');
    expect(state.closed).toBe(1);
  });

  it('fails with the reason when it cannot start', async () => {
    state.openError = new NaraeError('port_in_use', { values: { port: 8000, host: 'h', suggestion: 8001 } });
    expect(await run('serve', folder)).toBe(3);
    expect(terminal.stderr).toContain('--port 8001 [port_in_use]');
  });
});

describe('search', () => {
  it('prints passages with place and score', async () => {
    expect(await run('search', '환불', '--mode', 'keyword')).toBe(0);
    expect(terminal.stdout).toBe('1. 안내/환불.md › 환불 › 기한  0.900\n   환불은 14일 안에 됩니다.\n\n');
    expect(state.searches[0]).toMatchObject({ queries: ['환불'], mode: 'keyword', k: 8 });
  });
});

describe('ingest', () => {
  it('reports what it did', async () => {
    expect(await run('ingest', folder)).toBe(0);
    expect(state.folders).toEqual([folder]);
    expect(terminal.stdout).toContain('documents  1 (1 new)');
    expect(terminal.stdout).toContain('skipped    1 file: 1 binary');
    expect(terminal.stdout).toContain('"b.pdf" is damaged [file_malformed]');
  });
});

describe('config', () => {
  it('shows values with origins and no secrets', async () => {
    const file = join(folder, 'my.yaml');
    writeFileSync(file, 'server:\n  apiKeys: [secret-key]\n  port: 9000\n');
    expect(await run('config', '--config', file, '--port', '9001')).toBe(0);
    expect(terminal.stdout).toContain('server.port = 9001  (flag --port)');
    expect(terminal.stdout).toContain(`server.apiKeys = ["(hidden)"]  (file ${file})`);
    expect(terminal.stdout).not.toContain('secret-key');
  });

  it('lists every key', async () => {
    expect(await run('config', '--keys', '--json')).toBe(0);
    expect(JSON.parse(terminal.stdout)).toContainEqual(
      expect.objectContaining({ key: 'server.port', variable: 'NARAE_PORT', flag: '--port', default: 8000 }),
    );
  });
});

describe('doctor', () => {
  it('passes on a healthy installation and counts the documents', async () => {
    mkdirSync(join(folder, 'more'));
    for (let number = 0; number < 50; number++) writeFileSync(join(folder, 'more', `${number}.md`), '# A');
    expect(await run('doctor', folder, '--port', '0', '--data', join(folder, 'data'))).toBe(0);
    expect(terminal.stdout).toContain(`✓ documents    ${folder} holds 50 files`);
    expect(terminal.stdout).toContain('✓ database     readable: 1 collection, 1 document, 1 chunk');
    expect(terminal.stdout).not.toContain('✗');
  });

  it('fails and says what to do', async () => {
    state.openError = new NaraeError('storage_damaged', { values: { path: 'p', reason: 'r' } });
    expect(await run('doctor', join(folder, 'nowhere'), '--port', '0')).toBe(1);
    expect(terminal.stdout).toMatch(/✗ documents .*Check the path/);
    expect(terminal.stdout).toMatch(/✗ database .*Move the file away/);
  });
});

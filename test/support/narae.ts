import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const COMMAND = fileURLToPath(new URL('../../dist/bin/narae.js', import.meta.url));

/** A company's handbook, in English and Korean. */
export const HANDBOOK = fileURLToPath(new URL('../fixtures/handbook', import.meta.url));

export interface RunningServer {
  readonly url: string;
  readonly process: ChildProcess;
  readonly dataDir: string;
  /** Everything that was printed so far. */
  output(): string;
  /** Ends it with SIGTERM and removes the data folder unless it was given; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface ServerOptions {
  /** Folder to serve; absent: the project's own docs. */
  readonly folder?: string;
  readonly dataDir?: string;
  /** What its configuration file holds, which is put into the data folder. */
  readonly config?: object;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Wait until the folder is indexed. Default true. */
  readonly untilReady?: boolean;
}

/** A folder of its own below the system's temporary one. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'narae-test-'));
}

/** Environment of a new user: nothing configured, an empty home. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: tmpdir(), LANG: 'C.UTF-8', ...extra };
}

/** A server that is started in the folder finds it. */
export async function writeConfig(folder: string, config: object): Promise<void> {
  await writeFile(join(folder, 'narae.config.json'), JSON.stringify(config));
}

/** Starts the real server on a free port, as a user would. */
export async function startNaraeServer(options: ServerOptions = {}): Promise<RunningServer> {
  const dataDir = options.dataDir ?? (await temporaryFolder());
  await mkdir(dataDir, { recursive: true });
  if (options.config) await writeConfig(dataDir, options.config);
  const args = [
    COMMAND,
    'serve',
    ...(options.folder ? [options.folder] : []),
    '--port',
    '0',
    '--data',
    dataDir,
  ];
  const child = spawn(process.execPath, [...args, ...(options.args ?? [])], {
    env: cleanEnvironment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: dataDir,
  });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const url = await waitForUrl(child, () => output);
  if (options.untilReady !== false) await waitForReady(url, child, () => output);
  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    if (!options.dataDir) await rm(dataDir, { recursive: true, force: true });
    return child.exitCode;
  };
  return { url, process: child, dataDir, output: () => output, stop };
}

async function waitForUrl(child: ChildProcess, output: () => string): Promise<string> {
  const found = await poll(child, output, () => /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0]);
  return found;
}

async function waitForReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  await poll(child, output, async () => {
    return (await statusOf(`${url}/readyz`)) === 200 ? true : undefined;
  });
}

/** Over a connection of its own: one that `fetch` keeps would still be there in the tests. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', () => resolve(undefined));
  });
}

const DEADLINE_MS = 60_000;

async function poll<Value>(
  child: ChildProcess,
  output: () => string,
  look: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  const deadline = Date.now() + DEADLINE_MS;
  while (Date.now() < deadline) {
    const value = await look();
    if (value !== undefined) return value;
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGKILL');
  throw new Error(`the server was not there in time:\n${output()}`);
}

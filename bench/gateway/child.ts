import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
/** Words of a child that are kept to say why it did not start. */
const TAIL_LINES = 15;
/** Files that a server of 10,000 streams has open: two sockets a stream, and its own. */
export const WANTED_FILES = 20_480;

/** Raises the limit where the machine allows it; Node raises its own soft limit to the hard one. */
const WITH_MORE_FILES = `ulimit -Hn ${WANTED_FILES} 2>/dev/null; ulimit -n "$(ulimit -Hn)"; exec "$0" "$@"`;

export interface Child {
  readonly pid: number;
  /** The address that it printed. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface Command {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Node writes a profile when a program ends; `BENCH_PROFILE` says into which folder. */
const PROFILE_FOLDER = process.env.BENCH_PROFILE;
const PROFILE = PROFILE_FOLDER ? ['--cpu-prof', `--cpu-prof-dir=${PROFILE_FOLDER}`] : [];

/** Starts a Node program and waits for the address that it prints. Rejects with its last words. */
export async function startNode({ args, cwd, env }: Command): Promise<Child> {
  const child = spawn('sh', ['-c', WITH_MORE_FILES, process.execPath, ...PROFILE, ...args], {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const url = await addressOf(child);
    return { pid: child.pid as number, url, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  const tail: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new Error([reason, ...tail].join('\n')));
    const timer = setTimeout(() => fail('it printed no address in time'), START_TIMEOUT_MS);
    const read = (line: string): void => {
      if (tail.push(line) > TAIL_LINES) tail.shift();
      const url = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(line)?.[0];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', read);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`it ended with ${code}`);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

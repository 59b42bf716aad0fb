import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { COMMAND, cleanEnvironment } from './narae.js';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the real command as a new user would, in `cwd`. */
export function startCommand(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What it printed and how it ended. */
export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr?.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** One line with a code in brackets, and nothing that only developers read. */
export function expectOneClearLine({ stderr }: Outcome, code: string): void {
  const told = stderr.replace(PROGRESS, '');
  expect(told).toMatch(new RegExp(`^narae: .+ \\[${code}\\]\\n$`));
  expect(told.trim().split('\n')).toHaveLength(1);
}

/** Lines about work that takes longer than three seconds, as it may on a busy machine. */
const PROGRESS = /^(Looking for documents|Indexing): .*\n|^Tidying the index\n/gm;

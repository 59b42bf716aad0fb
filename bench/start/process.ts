import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuOfProcess } from '../support/process-figures.js';

export interface StartedProcess {
  readonly url: string;
  /** From before the process was made to the line with its address. */
  readonly listeningMs: number;
  readonly startedMs: number;
  rssMb(): number;
  /** CPU of all its threads so far; NaN where there is no /proc. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Runs Node with these arguments and waits for the first address that it prints. */
export async function start(args: readonly string[]): Promise<StartedProcess> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await addressOf(child);
  return {
    url,
    listeningMs: performance.now() - startedMs,
    startedMs,
    rssMb: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)])) / 1024,
    cpuMs: () => cpuOfProcess(child.pid ?? 0),
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const look = (bytes: Buffer): void => {
      output += bytes.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.on('exit', (code) => reject(new Error(`it ended with ${code}:\n${output}`)));
  });
}

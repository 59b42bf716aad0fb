import { readdir, readFile } from 'node:fs/promises';
import type { RunningServer } from './narae.js';

/** Process ids of the server's workers that have a role by now, oldest first (Linux). */
export async function workerPids({ process: { pid } }: RunningServer): Promise<number[]> {
  const entries = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const children = await Promise.all(
    entries.map(async (entry) => ((await parentOf(entry)) === pid ? Number(entry) : 0)),
  );
  return children.filter((child) => child > 0).sort((left, right) => left - right);
}

async function parentOf(pid: string): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [, state, parent] = /\) (\w) (\d+)/.exec(stat) ?? [];
  return state === undefined || state === 'Z' ? undefined : Number(parent);
}

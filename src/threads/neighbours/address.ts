import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IS_WINDOWS = process.platform === 'win32';

/** Where a process listens. Sockets' paths must be short, so not in the data folder; ids of processes are unguessable. */
export function addressOf(node: string): string {
  return IS_WINDOWS ? `\\\\.\\pipe\\narae-${node}` : join(tmpdir(), `narae-${node}.sock`);
}

/** Whether a failed connection says that the process is gone. A socket's file outlives its process, a pipe does not. */
export function saysDead(error: unknown): boolean {
  const { code } = error as { readonly code?: string };
  return code === 'ECONNREFUSED' || (IS_WINDOWS && code === 'ENOENT');
}

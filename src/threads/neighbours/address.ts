import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IS_WINDOWS = process.platform === 'win32';

/** Where a process listens. Sockets' paths must be short, so not in the data folder; ids of processes are unguessable. */
export function addressOf(node: string): string {
  return IS_WINDOWS ? `\\\\.\\pipe\\narae-${node}` : join(tmpdir(), `narae-${node}.sock`);
}

/** A process that is just being ended, or has its hands full: it must be asked again. */
const PASSING = new Set(['ECONNRESET', 'EPIPE', 'EAGAIN']);

/**
 * What a connection that could not be made says of the process. A socket's file outlives its process, so there where
 * nobody listens somebody has died; a pipe does not.
 */
export function fateOf(error: unknown): 'dead' | 'passing' | 'unreachable' {
  const { code = '' } = error as { readonly code?: string };
  if (code === 'ECONNREFUSED' || (IS_WINDOWS && code === 'ENOENT')) return 'dead';
  return PASSING.has(code) ? 'passing' : 'unreachable';
}

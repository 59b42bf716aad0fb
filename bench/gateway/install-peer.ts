import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FOLDERS } from './folders.js';

const INSTALL_TIMEOUT_MS = 180_000;
const NPM_CI = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** Installs a peer from its lockfile, unless that was done; resolves with its folder. Rejects with npm's words. */
export async function installPeer(name: string): Promise<string> {
  const cwd = join(FOLDERS.peers, name);
  const mark = join(cwd, 'node_modules', '.bench-lock-hash');
  const wanted = createHash('sha256')
    .update(readFileSync(join(cwd, 'package-lock.json')))
    .digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return cwd;
  console.error(`Installing the peer ${name} (once) …`);
  await promisify(execFile)('npm', NPM_CI, { cwd, timeout: INSTALL_TIMEOUT_MS });
  writeFileSync(mark, wanted);
  return cwd;
}

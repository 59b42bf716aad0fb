import { access, constants, mkdtemp, readdir, rmdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { requireFolder } from '../folder.js';
import { count, plural } from '../numbers.js';
import { type Check, failure, ok, warning } from './check.js';

const COUNT_LIMIT = 100_000;
const LOW_SPACE_BYTES = 500 * 1024 * 1024;

/** Whether the data folder can be written: by writing there, since permissions alone do not tell. */
export const checkDataFolder: Check = async ({ config }) => {
  const { dir } = config.data;
  try {
    const place = await nearestExisting(dir);
    await rmdir(await mkdtemp(join(place, '.narae-doctor-')));
    const { bavail, bsize } = await statfs(place);
    const freeBytes = bavail * bsize;
    const free = `${count(Math.floor(freeBytes / 1_048_576))} MB free`;
    if (freeBytes < LOW_SPACE_BYTES) return [warning('data folder', `${dir}, ${free}. Make some space`)];
    return [ok('data folder', place === dir ? `${dir}, ${free}` : `${dir} will be made, ${free}`)];
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    return [
      failure('data folder', `${dir} cannot be written (${reason}). Allow it, or choose another: --data`),
    ];
  }
};

async function nearestExisting(path: string): Promise<string> {
  const exists = await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestExisting(dirname(path));
}

/** Whether the configured folder is there and holds anything. */
export const checkServedFolder: Check = async ({ config, signal }) => {
  const { folder } = config.ingest;
  if (folder === undefined)
    return [ok('documents', 'no folder given: serves what is indexed, or else its own guides')];
  try {
    await requireFolder(folder);
    const { files, closed } = await countFiles(folder, signal);
    if (closed.length > 0) return [warning('documents', closedText(folder, files, closed))];
    if (files === 0) return [warning('documents', `${folder} is empty. Put documents there`)];
    return [
      ok('documents', `${folder} holds ${files >= COUNT_LIMIT ? 'more than ' : ''}${plural(files, 'file')}`),
    ];
  } catch (thrown) {
    return [failure('documents', thrown)];
  }
};

/** Folder by folder: Node 20's recursive `opendir` loses entries of folders that hold more than 32. */
async function countFiles(folder: string, signal: AbortSignal): Promise<FolderCount> {
  const waiting = [folder];
  const closed: string[] = [];
  let files = 0;
  while (waiting.length > 0 && files < COUNT_LIMIT && !signal.aborted) {
    const parent = waiting.pop() as string;
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) closed.push(parent);
    for (const entry of entries ?? []) {
      if (entry.isFile()) files++;
      else if (entry.isDirectory()) waiting.push(join(parent, entry.name));
    }
  }
  return { files, closed };
}

interface FolderCount {
  readonly files: number;
  /** Folders that could not be read. */
  readonly closed: readonly string[];
}

function closedText(folder: string, files: number, closed: readonly string[]): string {
  const [first = folder] = closed;
  const others = closed.length === 1 ? '' : ` and ${plural(closed.length - 1, 'folder')} more`;
  const rest = first === folder ? '' : `; ${folder} holds ${plural(files, 'file')} besides`;
  return `${first}${others} cannot be read${rest}. Check the permissions`;
}

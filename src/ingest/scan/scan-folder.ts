import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { NaraeError, throwIfAborted } from '../../core/index.js';
import { skipByName } from '../loaders/kinds.js';
import type { FailedFile, SkipReason } from '../spec.js';
import { IgnoreRules } from './ignore-rules.js';
import { failureReason, fileFailure } from './unreadable.js';

/** A file to be read. */
export interface ScannedFile {
  /** Path below the folder, with `/`, in NFC: macOS hands out decomposed Hangul. */
  readonly source: string;
  /** Where it lies, links resolved. */
  readonly path: string;
}

export interface ScanSink {
  skip(source: string, reason: SkipReason): void;
  fail(failure: FailedFile): void;
  /** Called as files are found, with their number so far. */
  found(files: number): void;
}

export interface ScanResult {
  /** In the order of `source`. */
  readonly files: readonly ScannedFile[];
  /** Folders that could not be listed, as source prefixes ending in `/`: what is below may still be there. */
  readonly unreadableFolders: readonly string[];
}

export interface ScanOptions {
  readonly maxFiles: number;
  readonly sink: ScanSink;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists a folder's files, recursively. Links are followed only within the folder, after everything that is no link, and
 * only to what was not listed under its own name: so loops end and nothing is listed twice.
 * Rejects with `folder_not_found`, `not_a_folder` or `file_unreadable` when the folder itself cannot be listed.
 */
export async function scanFolder(root: string, options: ScanOptions): Promise<ScanResult> {
  const real = await resolveRoot(root);
  return new FolderScan(real, options).run();
}

async function resolveRoot(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    if (!(await stat(real)).isDirectory()) throw new NaraeError('not_a_folder', { values: { path: root } });
    await readdir(real);
    return real;
  } catch (thrown) {
    if (thrown instanceof NaraeError) throw thrown;
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new NaraeError('folder_not_found', { values: { path: root }, cause: thrown });
    if (code === 'ENOTDIR') throw new NaraeError('not_a_folder', { values: { path: root }, cause: thrown });
    const values = { source: root, reason: failureReason(thrown) };
    throw new NaraeError('file_unreadable', { values, cause: thrown });
  }
}

interface Entry {
  readonly source: string;
  readonly path: string;
}

class FolderScan {
  readonly #root: string;
  readonly #options: ScanOptions;
  readonly #rules: IgnoreRules;
  readonly #files: ScannedFile[] = [];
  readonly #links: Entry[] = [];
  readonly #visitedFolders = new Set<string>();
  readonly #unreadableFolders: string[] = [];

  constructor(root: string, options: ScanOptions) {
    this.#root = root;
    this.#options = options;
    this.#rules = new IgnoreRules(root);
  }

  async run(): Promise<ScanResult> {
    await this.#walk({ source: '', path: this.#root });
    await this.#followLinks();
    return { files: this.#uniqueFiles(), unreadableFolders: this.#unreadableFolders };
  }

  async #walk(folder: Entry): Promise<void> {
    const folders = [folder];
    for (let next = folders.pop(); next; next = folders.pop()) {
      throwIfAborted(this.#options.signal);
      this.#visitedFolders.add(next.path);
      for (const dirent of await this.#list(next)) {
        const below = this.#visit(next, dirent);
        if (below) folders.push(below);
      }
      this.#options.sink.found(this.#files.length);
    }
  }

  async #list(folder: Entry): Promise<Dirent[]> {
    try {
      const entries = await readdir(folder.path, { withFileTypes: true });
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (thrown) {
      this.#options.sink.fail(fileFailure(`${folder.source}/`, thrown));
      this.#unreadableFolders.push(`${folder.source}/`);
      return [];
    }
  }

  /** Takes an entry in, or says why not; returns it when it is a folder to walk. */
  #visit(folder: Entry, dirent: Dirent): Entry | undefined {
    const name = dirent.name.normalize('NFC');
    const source = folder.source === '' ? name : `${folder.source}/${name}`;
    const entry = { source, path: join(folder.path, dirent.name) };
    const reason = this.#rules.reasonFor(source, dirent.isDirectory());
    if (reason) this.#options.sink.skip(dirent.isDirectory() ? `${source}/` : source, reason);
    else if (dirent.isDirectory()) return entry;
    else if (dirent.isSymbolicLink()) this.#links.push(entry);
    else if (dirent.isFile()) this.#addFile(entry);
    else this.#options.sink.skip(source, 'unsupported');
    return undefined;
  }

  #addFile(entry: Entry): void {
    const skip = skipByName(entry.source);
    if (skip) this.#options.sink.skip(entry.source, skip);
    else this.#files.push(entry);
    if (this.#files.length <= this.#options.maxFiles) return;
    const reason = `the folder holds more than ${this.#options.maxFiles} files (ingest.maxFiles)`;
    throw new NaraeError('ingest_failed', { values: { reason } });
  }

  /** A link to a folder may bring more links; each folder is walked once, so this ends. */
  async #followLinks(): Promise<void> {
    const known = new Set(this.#files.map(({ path }) => path));
    for (const link of this.#links) {
      throwIfAborted(this.#options.signal);
      const before = this.#files.length;
      await this.#followLink(link, known);
      for (const { path } of this.#files.slice(before)) known.add(path);
    }
  }

  async #followLink(link: Entry, known: ReadonlySet<string>): Promise<void> {
    try {
      const target = await realpath(link.path);
      const status = await stat(target);
      if (!isInside(this.#root, target)) this.#options.sink.skip(link.source, 'symlink-outside');
      else if (known.has(target) || this.#visitedFolders.has(target))
        this.#options.sink.skip(link.source, 'ignored');
      else if (status.isDirectory()) await this.#walkLink({ source: link.source, path: target });
      else if (status.isFile()) this.#addFile({ source: link.source, path: target });
      else this.#options.sink.skip(link.source, 'unsupported');
    } catch (thrown) {
      if (thrown instanceof NaraeError) throw thrown;
      this.#options.sink.fail(fileFailure(link.source, thrown));
    }
  }

  async #walkLink(folder: Entry): Promise<void> {
    const reason = this.#rules.reasonFor(folder.source, true);
    if (reason) this.#options.sink.skip(`${folder.source}/`, reason);
    else await this.#walk(folder);
  }

  /** Two names that differ only in Unicode form are one source: the first is taken, the other reported. */
  #uniqueFiles(): ScannedFile[] {
    const sorted = this.#files.sort((a, b) => compare(a.source, b.source) || compare(a.path, b.path));
    return sorted.filter((file, index) => {
      if (file.source !== sorted[index - 1]?.source) return true;
      const reason = 'another file has the same name in another Unicode form';
      const error = new NaraeError('invalid_name', { values: { name: file.source, reason } });
      this.#options.sink.fail({ source: file.source, code: error.code, message: error.message });
      return false;
    });
  }
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { relative, resolve, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { type Closable, NaraeError } from '../core/index.js';
import { DEFAULT_INGEST_SETTINGS } from './options.js';
import { IgnoreRules, RULE_FILES } from './scan/index.js';

export interface WatchOptions {
  /** Indexes the folder; its failure goes to `onError` and ends nothing. */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
  /** The folder is indexed when it was quiet for this long. Default 300. */
  readonly debounceMs?: number;
}

/** Under changes that never pause, a run follows at the latest after this many times the debounce. */
const MAX_DEBOUNCES = 10;

/**
 * Runs whenever something that a scan would take in changed below `folder`. Changes during a run lead to one more.
 * Resolves when changes are seen from then on. `close` aborts a run and waits for it.
 */
export async function watchFolder(folder: string, options: WatchOptions): Promise<Closable> {
  const follower = new FolderFollower(resolve(folder), options);
  await follower.start();
  return follower;
}

class FolderFollower implements Closable {
  readonly #root: string;
  readonly #options: WatchOptions;
  readonly #debounceMs: number;
  readonly #closing = new AbortController();
  #rules: IgnoreRules;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #firstChangeMs: number | undefined;
  #running: Promise<void> | undefined;

  constructor(root: string, options: WatchOptions) {
    this.#root = root;
    this.#options = options;
    this.#debounceMs = options.debounceMs ?? DEFAULT_INGEST_SETTINGS.watchDebounceMs;
    this.#rules = new IgnoreRules(root);
  }

  async start(): Promise<void> {
    const watcher = watch(this.#root, {
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path, status) => this.#ignores(path, status?.isDirectory() ?? false),
    });
    this.#watcher = watcher;
    watcher.on('all', (event) => event !== 'addDir' && this.#changed());
    watcher.on('error', (error) => this.#options.onError(watchError(this.#root, error)));
    await new Promise<void>((ready) => watcher.once('ready', ready));
  }

  async close(): Promise<void> {
    this.#closing.abort(new NaraeError('closing'));
    clearTimeout(this.#timer);
    await this.#watcher?.close();
    await this.#running;
  }

  /** `..data` is the link that Kubernetes turns when a mounted folder changes. */
  #ignores(path: string, isFolder: boolean): boolean {
    const source = relative(this.#root, path).split(sep).join('/').normalize('NFC');
    if (source === '' || source === '..data') return false;
    const name = source.slice(source.lastIndexOf('/') + 1);
    return !RULE_FILES.includes(name) && this.#rules.reasonFor(source, isFolder) !== undefined;
  }

  #changed(): void {
    if (this.#closing.signal.aborted) return;
    const nowMs = performance.now();
    this.#firstChangeMs ??= nowMs;
    const latestMs = this.#firstChangeMs + this.#debounceMs * MAX_DEBOUNCES;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#due(), Math.max(0, Math.min(this.#debounceMs, latestMs - nowMs)));
  }

  #due(): void {
    if (this.#running) return;
    this.#firstChangeMs = undefined;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#firstChangeMs !== undefined) this.#changed();
    });
  }

  async #run(): Promise<void> {
    this.#rules = new IgnoreRules(this.#root);
    try {
      await this.#options.run(this.#closing.signal);
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#options.onError(error);
    }
  }
}

function watchError(root: string, thrown: unknown): NaraeError {
  const { code = 'unknown error' } = thrown as NodeJS.ErrnoException;
  const reason =
    code === 'ENOSPC'
      ? 'the system watches too many files already (raise fs.inotify.max_user_watches)'
      : `watching it failed (${code})`;
  return new NaraeError('file_unreadable', { values: { source: root, reason }, cause: thrown });
}

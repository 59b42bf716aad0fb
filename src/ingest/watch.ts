import { relative, resolve, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { type Closable, NaraeError } from '../core/index.js';
import { DEFAULT_INGEST_SETTINGS } from './options.js';
import { IgnoreRules, RULE_FILES } from './scan/index.js';

export interface WatchOptions {
  /** The folder is indexed when it was quiet for this long. Default 300. */
  readonly debounceMs?: number;
  /** A run that failed, or a watch that the system refused. Runs go on. Default: nothing, since jobs emit events. */
  readonly onError?: (error: unknown) => void;
}

export interface FolderWatch extends Closable {
  /** Resolves when changes are seen from then on. */
  readonly ready: Promise<void>;
}

/** Under changes that never pause, a run follows at the latest after this many times the debounce. */
const MAX_DEBOUNCES = 10;

/**
 * Calls `run` whenever something that a scan would take in changed below `folder`, and once when the watch has begun,
 * for what changed before. Changes during a run lead to one more. `close` aborts the run's signal and waits for it.
 */
export function watchFolder(
  folder: string,
  run: (signal: AbortSignal) => Promise<unknown>,
  options: WatchOptions = {},
): FolderWatch {
  return new FolderFollower(resolve(folder), run, options);
}

class FolderFollower implements FolderWatch {
  readonly ready: Promise<void>;
  readonly #root: string;
  readonly #run: (signal: AbortSignal) => Promise<unknown>;
  readonly #options: WatchOptions;
  readonly #debounceMs: number;
  readonly #closing = new AbortController();
  readonly #watcher: FSWatcher;
  #rules: IgnoreRules;
  #timer: NodeJS.Timeout | undefined;
  #firstChangeMs: number | undefined;
  #running: Promise<void> | undefined;

  constructor(root: string, run: (signal: AbortSignal) => Promise<unknown>, options: WatchOptions) {
    this.#root = root;
    this.#run = run;
    this.#options = options;
    this.#debounceMs = options.debounceMs ?? DEFAULT_INGEST_SETTINGS.watchDebounceMs;
    this.#rules = new IgnoreRules(root);
    this.#watcher = watch(root, {
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path, status) => this.#ignores(path, status?.isDirectory() ?? false),
    });
    this.#watcher.on('all', (event) => event !== 'addDir' && this.#changed());
    this.#watcher.on('error', (error) => this.#failed(watchError(root, error)));
    this.ready = new Promise((settle) => this.#watcher.once('ready', settle));
    void this.ready.then(() => this.#changed());
  }

  async close(): Promise<void> {
    this.#closing.abort(new NaraeError('closing'));
    clearTimeout(this.#timer);
    await this.#watcher.close();
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
    this.#running = this.#runOnce().finally(() => {
      this.#running = undefined;
      if (this.#firstChangeMs !== undefined) this.#changed();
    });
  }

  async #runOnce(): Promise<void> {
    this.#rules = new IgnoreRules(this.#root);
    try {
      await this.#run(this.#closing.signal);
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#options.onError?.(error);
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

import { fileFailure, isGone, readRegularFile, type ScannedFile, scanFolder } from '../scan/index.js';
import type { IngestReport } from '../spec.js';
import { Breather } from './breather.js';
import { DocumentSink } from './document-sink.js';
import { ProgressReporter } from './progress.js';
import { ReportBuilder } from './report.js';
import type { RunContext } from './run-context.js';

/** Files up to this size are read into one buffer, so that a folder that did not change leaves no garbage behind. */
const SPARE_BYTES = 1_048_576;

/**
 * Makes a collection's folder documents equal to the folder. One file is in memory at a time; unchanged files are known
 * by their hash. A file that fails is reported and leaves the index, unless it is only out of reach for now.
 * Rejects when the folder cannot be listed, the index cannot be written, or on abort; what was committed stays.
 */
export async function runFolder(folder: string, context: RunContext): Promise<IngestReport> {
  const startedMs = context.clock.monotonicMs();
  const report = new ReportBuilder();
  const run = new FolderRun(context, report);
  await run.index(folder);
  return report.build(context.clock.monotonicMs() - startedMs);
}

class FolderRun {
  readonly #context: RunContext;
  readonly #sink: DocumentSink;
  readonly #progress: ProgressReporter;
  readonly #breather: Breather;
  readonly #spare = new Uint8Array(SPARE_BYTES);
  /** Sources that stay: in the index as they are in the folder, or not readable just now. */
  readonly #kept = new Set<string>();

  constructor(context: RunContext, report: ReportBuilder) {
    this.#context = context;
    this.#sink = new DocumentSink(context, 'folder', report);
    this.#progress = new ProgressReporter(context);
    this.#breather = new Breather(context.clock, context.signal);
  }

  async index(folder: string): Promise<void> {
    const { files, unreadableFolders } = await this.#scan(folder);
    for (const [filesDone, file] of files.entries()) {
      this.#tell(filesDone, files.length, file.source);
      if (await this.#indexFile(file)) this.#kept.add(file.source);
      await this.#breather.breathe();
    }
    this.#removeGone(unreadableFolders);
    await this.#sink.commit();
    this.#progress.now({ ...this.#indexing(files.length, files.length), currentSource: '' });
    this.#progress.report({ phase: 'optimising' });
    await this.#context.writer.optimise(this.#context.signal);
  }

  #scan(folder: string) {
    this.#progress.report({ phase: 'scanning', files: 0 });
    return scanFolder(folder, {
      maxFiles: this.#context.settings.maxFiles,
      signal: this.#context.signal,
      sink: {
        skip: (source, reason) => this.#sink.skip(source, reason),
        fail: (failure) => this.#sink.fail(failure),
        found: (files) => this.#progress.report({ phase: 'scanning', files }),
      },
    });
  }

  #tell(filesDone: number, filesTotal: number, currentSource: string): void {
    this.#progress.report({ ...this.#indexing(filesDone, filesTotal), currentSource });
  }

  #indexing(filesDone: number, filesTotal: number) {
    return { phase: 'indexing', filesDone, filesTotal, chunksDone: this.#sink.chunksDone } as const;
  }

  /** True when the file's document, new or old, is to stay. */
  async #indexFile(file: ScannedFile): Promise<boolean> {
    const excluded = this.#context.excluded.find(({ source }) => source === file.source);
    if (excluded) {
      this.#sink.fail(excluded);
      return false;
    }
    const content = this.#readFile(file);
    if (content === 'unreadable' || content === 'gone') return content === 'unreadable';
    const isBorrowed = content.buffer === this.#spare.buffer;
    return this.#sink.add({ source: file.source, bytes: content, isBorrowed });
  }

  #readFile(file: ScannedFile): Uint8Array | 'unreadable' | 'gone' {
    try {
      const content = readRegularFile(file.path, this.#context.settings.maxFileBytes, this.#spare);
      if (content.kind === 'content') return content.bytes;
      this.#sink.skip(file.source, content.kind === 'special' ? 'unsupported' : 'too-large');
      return 'gone';
    } catch (thrown) {
      this.#sink.fail(fileFailure(file.source, thrown));
      return isGone(thrown) ? 'gone' : 'unreadable';
    }
  }

  #removeGone(unreadableFolders: readonly string[]): void {
    for (const source of this.#sink.known.keys()) {
      if (this.#kept.has(source) || unreadableFolders.some((folder) => source.startsWith(folder))) continue;
      this.#sink.remove(source);
    }
  }
}

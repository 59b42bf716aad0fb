import { contentHash, toNaraeError } from '../../core/index.js';
import type { ChunkInput, DocumentOrigin, FilterValue, KnownDocument } from '../../retrieval/spec.js';
import { chunkText, detectLanguage } from '../chunking/index.js';
import { type LoadedDocument, loadDocument } from '../loaders/index.js';
import type { FailedFile, SkipReason } from '../spec.js';
import type { ReportBuilder } from './report.js';
import type { RunContext } from './run-context.js';

/** Rises when loaders or chunking change, so that every document is then read anew. */
const PIPELINE_REVISION = 1;

export interface IncomingFile {
  readonly source: string;
  readonly bytes: Uint8Array;
  /** True: the bytes stand in a buffer that will be used again, so a reader gets a copy. */
  readonly isBorrowed?: boolean;
  readonly metadata?: Readonly<Record<string, FilterValue>>;
}

/** What becomes of a file that is not read: counted as skipped, or the failure that this gives. */
export type SkipPolicy = (source: string, reason: SkipReason) => FailedFile | undefined;

/** Turns files of one origin into documents in the index, and commits as they add up. */
export class DocumentSink {
  readonly #context: RunContext;
  readonly #origin: DocumentOrigin;
  readonly #report: ReportBuilder;
  readonly #skipPolicy: SkipPolicy;
  readonly #known: ReadonlyMap<string, KnownDocument>;
  #lastCommitMs: number;
  #chunks = 0;
  /** Documents put or removed since the last commit. */
  #changes = 0;

  constructor(
    context: RunContext,
    origin: DocumentOrigin,
    report: ReportBuilder,
    skipPolicy: SkipPolicy = () => undefined,
  ) {
    this.#context = context;
    this.#origin = origin;
    this.#report = report;
    this.#skipPolicy = skipPolicy;
    this.#known = context.writer.known(origin);
    this.#lastCommitMs = context.clock.monotonicMs();
  }

  /** Sources stored before the run. */
  get known(): ReadonlyMap<string, unknown> {
    return this.#known;
  }

  /** Chunks of the documents that were put so far. */
  get chunksDone(): number {
    return this.#chunks;
  }

  /**
   * Brings one file in. True when it stands in the index now, false when it was skipped or failed, which is in the
   * report. Rejects only when the index itself cannot go on.
   */
  async add(file: IncomingFile): Promise<boolean> {
    const hash = this.#fingerprint(file);
    const before = this.#known.get(file.source);
    if (before?.contentHash === hash) {
      this.#report.document('unchanged');
      return true;
    }
    const read = await this.#read(file);
    if (!read) return false;
    this.#put(file, hash, read.document, read.chunks);
    this.#report.document(before ? 'changed' : 'added');
    await this.#commitIfDue();
    return true;
  }

  skip(source: string, reason: SkipReason): void {
    const failure = this.#skipPolicy(source, reason);
    if (failure) this.fail(failure);
    else this.#report.skip(source, reason);
  }

  fail(failure: FailedFile): void {
    this.#report.fail(failure);
    this.#context.emit({ type: 'file-failed', failure });
  }

  remove(source: string): void {
    if (!this.#context.writer.remove(source)) return;
    this.#changes++;
    this.#report.removed(this.#known.get(source)?.chunks ?? 0);
  }

  async commit(): Promise<void> {
    const result = await this.#context.writer.commit(this.#context.signal);
    this.#lastCommitMs = this.#context.clock.monotonicMs();
    this.#report.commit(result);
    if (this.#changes > 0) this.#context.emit({ type: 'committed', version: result.version });
    this.#changes = 0;
  }

  /** Equal fingerprint, equal document: the file's bytes, what was said about it, and how it would be cut up. */
  #fingerprint({ bytes, metadata }: IncomingFile): string {
    const { chunkTokens, chunkOverlapTokens } = this.#context.settings;
    const salt = [PIPELINE_REVISION, chunkTokens, chunkOverlapTokens, JSON.stringify(metadata ?? {})];
    return contentHash(`${contentHash(bytes)} ${salt.join(' ')}`);
  }

  async #read(file: IncomingFile): Promise<{ document: LoadedDocument; chunks: ChunkInput[] } | undefined> {
    this.#context.current.set(file.source);
    try {
      const bytes = file.isBorrowed ? file.bytes.slice() : file.bytes;
      const outcome = await loadDocument({ ...file, bytes }, this.#context.settings);
      if (outcome.kind === 'skipped') {
        this.skip(file.source, outcome.reason);
        return undefined;
      }
      const { document } = outcome;
      return { document, chunks: chunkText(document.text, document.structure, this.#context.settings) };
    } catch (thrown) {
      this.fail(toFailure(file.source, thrown));
      return undefined;
    } finally {
      this.#context.current.set(undefined);
    }
  }

  #put(file: IncomingFile, hash: string, document: LoadedDocument, chunks: readonly ChunkInput[]): void {
    const language = detectLanguage(document.text);
    const result = this.#context.writer.put(
      {
        source: file.source,
        title: document.title,
        mediaType: document.mediaType,
        language,
        origin: this.#origin,
        bytes: file.bytes.length,
        contentHash: hash,
        text: document.text,
        metadata: { ...document.metadata, ...file.metadata },
      },
      chunks,
    );
    this.#changes++;
    this.#chunks += chunks.length;
    this.#report.put(result, language);
  }

  async #commitIfDue(): Promise<void> {
    const { commitChunks, commitIntervalMs } = this.#context.settings;
    const waiting = this.#context.writer.pendingChunks;
    const sinceMs = this.#context.clock.monotonicMs() - this.#lastCommitMs;
    if (waiting >= commitChunks || (waiting > 0 && sinceMs >= commitIntervalMs)) await this.commit();
  }
}

export function toFailure(source: string, thrown: unknown): FailedFile {
  const { code, message } = toNaraeError(thrown);
  return { source, code, message };
}

import type { CommitResult, Language, PutResult } from '../../retrieval/spec.js';
import type { FailedFile, IngestReport, SkippedFile, SkipReason } from '../spec.js';

/** The lists in a report hold this many entries at most; the counts are complete. */
const LIST_LIMIT = 1000;

export type DocumentChange = 'added' | 'changed' | 'unchanged';

/** Adds up what a run did. */
export class ReportBuilder {
  readonly #documents = { added: 0, changed: 0, removed: 0, unchanged: 0 };
  readonly #chunks = { embedded: 0, reused: 0, removed: 0 };
  readonly #skipped: SkippedFile[] = [];
  readonly #skippedByReason: Partial<Record<SkipReason, number>> = {};
  readonly #failed: FailedFile[] = [];
  readonly #languages: Partial<Record<Language, number>> = {};
  #failedCount = 0;
  #version = 0;

  skip(source: string, reason: SkipReason): void {
    this.#skippedByReason[reason] = (this.#skippedByReason[reason] ?? 0) + 1;
    if (this.#skipped.length < LIST_LIMIT) this.#skipped.push({ source, reason });
  }

  fail(failure: FailedFile): void {
    this.#failedCount++;
    if (this.#failed.length < LIST_LIMIT) this.#failed.push(failure);
  }

  document(change: DocumentChange): void {
    this.#documents[change]++;
  }

  removed(chunks: number): void {
    this.#documents.removed++;
    this.#chunks.removed += chunks;
  }

  put(result: PutResult, language: Language): void {
    this.#chunks.reused += result.chunksKept;
    this.#chunks.removed += result.chunksRemoved;
    this.#languages[language] = (this.#languages[language] ?? 0) + 1;
  }

  commit(result: CommitResult): void {
    this.#chunks.embedded += result.chunksEmbedded;
    this.#chunks.reused += result.chunksReused;
    this.#version = result.version;
  }

  build(durationMs: number): IngestReport {
    return {
      documents: { ...this.#documents },
      chunks: { ...this.#chunks },
      skipped: this.#skipped,
      skippedByReason: this.#skippedByReason,
      failed: this.#failed,
      failedCount: this.#failedCount,
      languages: this.#languages,
      durationMs,
      version: this.#version,
    };
  }
}

import type {
  ChunkInput,
  CommitResult,
  DocumentInput,
  DocumentOrigin,
  IndexWriter,
  KnownDocument,
  PutResult,
} from '../../src/retrieval/spec.js';

interface Stored {
  readonly document: DocumentInput;
  readonly chunks: readonly ChunkInput[];
}

/** An IndexWriter that keeps everything in a map: what a pipeline test looks into. Commits are atomic, as asked. */
export class MemoryWriter implements IndexWriter {
  readonly stored = new Map<string, Stored>();
  readonly commits: CommitResult[] = [];
  optimised = 0;
  closed = false;
  #pending = new Map<string, Stored | undefined>();
  #version = 0;

  known(origin: DocumentOrigin): ReadonlyMap<string, KnownDocument> {
    const own = [...this.stored.values()].filter(({ document }) => document.origin === origin);
    return new Map(
      own.map(({ document: { source, contentHash }, chunks }) => [
        source,
        { id: source, contentHash, chunks: chunks.length },
      ]),
    );
  }

  put(document: DocumentInput, chunks: readonly ChunkInput[]): PutResult {
    const before = new Set(this.stored.get(document.source)?.chunks.map(({ hash }) => hash));
    const kept = chunks.filter(({ hash }) => before.has(hash)).length;
    this.#pending.set(document.source, { document, chunks });
    return { chunksAdded: chunks.length - kept, chunksKept: kept, chunksRemoved: before.size - kept };
  }

  remove(source: string): boolean {
    if (!this.stored.has(source)) return false;
    this.#pending.set(source, undefined);
    return true;
  }

  get pendingChunks(): number {
    return [...this.#pending.values()].reduce((sum, entry) => sum + (entry?.chunks.length ?? 0), 0);
  }

  async commit(): Promise<CommitResult> {
    const known = new Set([...this.stored.values()].flatMap(({ chunks }) => chunks.map(({ hash }) => hash)));
    const fresh = [...this.#pending.values()].flatMap((entry) => entry?.chunks ?? []);
    const embedded = fresh.filter(({ hash }) => !known.has(hash)).length;
    if (this.#pending.size > 0) this.#version++;
    for (const [source, entry] of this.#pending)
      if (entry) this.stored.set(source, entry);
      else this.stored.delete(source);
    this.#pending = new Map();
    const result = { version: this.#version, chunksEmbedded: embedded, chunksReused: 0 };
    this.commits.push(result);
    return result;
  }

  async optimise(): Promise<void> {
    this.optimised++;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

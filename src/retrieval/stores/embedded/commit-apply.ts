import type { SqlDatabase } from '../../../sql/index.js';
import type { ChunkInput } from '../../spec.js';
import { appendChunk, type ChunkRun, encodeRuns } from './chunk-runs.js';
import { insertChunk, killChunks, moveChunk } from './chunks.js';
import { type CollectionRow, CountChanges, raiseVersion, requireCollection } from './collections.js';
import type { CommitPlan, PlannedChange } from './commit-plan.js';
import { deleteDocumentRow, writeDocument } from './documents.js';
import { insertSegment, type SegmentFile } from './segments.js';
import { insertVector } from './vectors.js';

/** A segment whose files are on the disk but not in the manifest. */
export interface StagedSegment {
  readonly files: readonly SegmentFile[];
  readonly embedder: { readonly id: string; readonly number: number };
  /** Id of the first added chunk; the others follow in the plan's order. */
  readonly firstChunk: number;
  vectorOf(hash: string): Uint8Array;
}

/**
 * Writes a plan in one transaction: rows, manifest and raised version appear together. Gives the new version, or
 * undefined, with nothing written, when the collection is no longer at the plan's version.
 */
export function applyCommit(
  db: SqlDatabase,
  plan: CommitPlan,
  staged: StagedSegment,
  nowMs: number,
): number | undefined {
  return db.write(() => {
    const current = requireCollection(db, plan.collection.tenant, plan.collection.name);
    if (current.id !== plan.collection.id || current.version !== plan.collection.version) return undefined;
    return new Application(db, current, staged, nowMs).run(plan);
  });
}

/** One commit while its transaction is open. */
class Application {
  readonly #db: SqlDatabase;
  readonly #collection: CollectionRow;
  readonly #staged: StagedSegment;
  readonly #nowMs: number;
  readonly #counts = new CountChanges();
  readonly #runs: ChunkRun[] = [];
  #nextChunk: number;

  constructor(db: SqlDatabase, collection: CollectionRow, staged: StagedSegment, nowMs: number) {
    this.#db = db;
    this.#collection = collection;
    this.#staged = staged;
    this.#nowMs = nowMs;
    this.#nextChunk = staged.firstChunk;
  }

  run(plan: CommitPlan): number {
    this.#noteEmbedder();
    for (const change of plan.changes) {
      if (change.kind === 'put') this.#put(change);
      else this.#remove(change);
    }
    const rows = this.#nextChunk - this.#staged.firstChunk;
    if (rows > 0)
      insertSegment(this.#db, this.#collection, {
        rows,
        runs: encodeRuns(this.#runs),
        files: this.#staged.files,
      });
    this.#counts.write(this.#db, this.#collection);
    return raiseVersion(this.#db, this.#collection.id, this.#nowMs);
  }

  /**
   * An empty collection has no vectors that could be mixed: it takes the writer's embedder at once. Otherwise another
   * embedder is noted as the next one, so that its vectors are kept until `migrateEmbedder` completes them.
   */
  #noteEmbedder(): void {
    const { id, documents, embedder } = this.#collection;
    const writers = this.#staged.embedder.id;
    const active = documents === 0 ? writers : embedder;
    this.#db.run('UPDATE collections SET embedder = ?, next_embedder = ? WHERE id = ?', [
      active,
      active === writers ? null : writers,
      id,
    ]);
  }

  #put(change: Extract<PlannedChange, { kind: 'put' }>): void {
    const { document, chunks, existing, diff } = change;
    const documentRow = writeDocument(this.#db, this.#collection, {
      document,
      chunks: chunks.length,
      existing,
      nowMs: this.#nowMs,
    });
    if (existing === undefined) this.#counts.documents++;
    killChunks(this.#db, this.#collection, diff.removed, this.#counts);
    for (const { id, number } of diff.kept) moveChunk(this.#db, id, number, chunks[number] as ChunkInput);
    for (const number of diff.added) this.#addChunk(documentRow, number, chunks[number] as ChunkInput);
  }

  #addChunk(documentRow: number, number: number, chunk: ChunkInput): void {
    const id = this.#nextChunk++;
    const { embedder } = this.#staged;
    insertChunk(this.#db, this.#collection, { id, documentRow, number, chunk });
    const halves = this.#staged.vectorOf(chunk.hash);
    insertVector(this.#db, this.#collection, {
      embedder: embedder.number,
      chunk: id,
      hash: chunk.hash,
      halves,
    });
    appendChunk(this.#runs, id, documentRow);
    this.#counts.addChunks(chunk.language, 1);
  }

  #remove(change: Extract<PlannedChange, { kind: 'remove' }>): void {
    killChunks(this.#db, this.#collection, change.removed, this.#counts);
    deleteDocumentRow(this.#db, change.existing);
    this.#counts.documents--;
  }
}

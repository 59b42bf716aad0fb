import type { SqlDatabase } from '../../../sql/index.js';
import type { ChunkInput, DocumentInput } from '../../spec.js';
import { chunkKeys, type StoredChunkKey } from './chunks.js';
import type { CollectionRow } from './collections.js';
import { type ChunkDiff, diffChunks } from './diff.js';
import { findDocument } from './documents.js';

/** What waits for a commit, by source. */
export type PendingChange =
  | { readonly kind: 'put'; readonly document: DocumentInput; readonly chunks: readonly ChunkInput[] }
  | { readonly kind: 'remove' };

export type PlannedChange =
  | {
      readonly kind: 'put';
      readonly document: DocumentInput;
      readonly chunks: readonly ChunkInput[];
      /** Row of the document that is replaced. */
      readonly existing: number | undefined;
      readonly diff: ChunkDiff;
    }
  | { readonly kind: 'remove'; readonly existing: number; readonly removed: readonly StoredChunkKey[] };

/** The pending changes against one version of the collection; void as soon as the version is another. */
export interface CommitPlan {
  readonly collection: CollectionRow;
  readonly changes: readonly PlannedChange[];
}

/** Within a read transaction. */
export function planCommit(
  db: SqlDatabase,
  collection: CollectionRow,
  pending: ReadonlyMap<string, PendingChange>,
): CommitPlan {
  const changes: PlannedChange[] = [];
  for (const [source, change] of pending) {
    const existing = findDocument(db, collection, { source })?.row;
    const stored = existing === undefined ? [] : chunkKeys(db, existing);
    if (change.kind === 'put') changes.push({ ...change, existing, diff: diffChunks(stored, change.chunks) });
    else if (existing !== undefined) changes.push({ kind: 'remove', existing, removed: stored });
  }
  return { collection, changes };
}

/** The chunks that the plan adds, in the order in which they get their ids: document by document. */
export function addedChunks(plan: CommitPlan): ChunkInput[] {
  return plan.changes.flatMap((change) =>
    change.kind === 'put' ? change.diff.added.map((number) => change.chunks[number] as ChunkInput) : [],
  );
}

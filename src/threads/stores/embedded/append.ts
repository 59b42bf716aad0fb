import { NaraeError } from '../../../core/index.js';
import type { SqlDatabase } from '../../../sql/index.js';
import { checkpointNotFound, MAX_SEQUENCE } from '../../limits.js';
import {
  appendToPath,
  type EncodedRecord,
  type Path,
  pathHead,
  pathIncludes,
  pathUpTo,
} from '../../records/index.js';
import { changeOf, type ThreadChange, type ThreadRow } from './thread-rows.js';
import { findPath } from './turn-rows.js';

export interface AppendPlan {
  readonly sequence: number;
  readonly parent: number;
  readonly change: ThreadChange;
}

/** Throws `checkpoint_not_found` for a turn to go on from that is not there. */
export function planAppend(
  db: SqlDatabase,
  row: ThreadRow,
  record: EncodedRecord,
  after: number | undefined,
): AppendPlan {
  const before = changeOf(row);
  const branch = after === undefined ? before.path : branchTo(db, row, before.path, after);
  const sequence = before.lastSequence + 1;
  if (sequence > MAX_SEQUENCE)
    throw new NaraeError('state_invalid', {
      values: { reason: `a thread has at most ${MAX_SEQUENCE} turns` },
    });
  const change: ThreadChange = {
    path: appendToPath(branch, sequence),
    lastSequence: sequence,
    records: before.records + 1,
    payloadBytes: before.payloadBytes + record.payloadBytes,
    storedBytes: before.storedBytes + record.bytes.length,
    compressedRecords: before.compressedRecords + (record.compressed ? 1 : 0),
  };
  return { sequence, parent: pathHead(branch), change };
}

/** The branch that ends in a turn: a part of the current one, or put together from the turns' parents. */
export function branchTo(db: SqlDatabase, row: ThreadRow, path: Path, sequence: number): Path {
  if (pathIncludes(path, sequence)) return pathUpTo(path, sequence);
  const found = findPath(db, row.row, sequence);
  if (!found) throw checkpointNotFound(row.id, sequence);
  return found;
}

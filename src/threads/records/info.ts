import type { ThreadInfo } from '../spec.js';
import { parseDetails } from './details.js';
import { type Path, pathHead, pathLength } from './path.js';

/** A thread as both stores keep it. */
export interface StoredThread {
  readonly id: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly path: Path;
  readonly records: number;
  readonly payloadBytes: number;
  readonly storedBytes: number;
  readonly compressedRecords: number;
  readonly expiresAtMs: number | undefined;
  /** JSON of `ThreadDetails`. */
  readonly details: string;
}

export function threadInfo(stored: StoredThread): ThreadInfo {
  return {
    id: stored.id,
    ...parseDetails(stored.details),
    createdAtMs: stored.createdAtMs,
    updatedAtMs: stored.updatedAtMs,
    head: pathHead(stored.path),
    turns: pathLength(stored.path),
    records: stored.records,
    payloadBytes: stored.payloadBytes,
    storedBytes: stored.storedBytes,
    compressedRecords: stored.compressedRecords,
    ...(stored.expiresAtMs !== undefined && { expiresAtMs: stored.expiresAtMs }),
  };
}

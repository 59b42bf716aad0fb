import { type RunRecord, readRunError } from '../../runs/run-store.js';
import type { DoubleTexting, RunStatus } from '../../spec.js';

export interface RunRow {
  readonly thread: string;
  readonly id: string;
  readonly status: RunStatus;
  readonly strategy: DoubleTexting;
  readonly metadata: string;
  readonly node: string;
  readonly created_at_ms: number;
  readonly started_at_ms: number | null;
  readonly ended_at_ms: number | null;
  readonly error: string | null;
}

export function readRunRow(row: RunRow): RunRecord {
  return {
    id: row.id,
    thread: row.thread,
    status: row.status,
    strategy: row.strategy,
    metadata: JSON.parse(row.metadata) as Record<string, unknown>,
    node: row.node,
    createdAtMs: row.created_at_ms,
    ...(row.started_at_ms !== null && { startedAtMs: row.started_at_ms }),
    ...(row.ended_at_ms !== null && { endedAtMs: row.ended_at_ms }),
    ...(row.error !== null && { error: readRunError(row.id, row.error) }),
  };
}

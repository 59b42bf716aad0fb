import type { RedisReply } from '../../../redis/spec.js';
import { type RunRecord, readRunError } from '../../runs/run-store.js';
import type { DoubleTexting, RunStatus } from '../../spec.js';
import { list, text } from './replies.js';

interface StoredInfo {
  readonly strategy: DoubleTexting;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly node: string;
  readonly createdAtMs: number;
}

/** What of a run never changes; the script adds when it was made. */
export function printRunInfo(info: Omit<StoredInfo, 'createdAtMs'>): string {
  const { strategy, metadata, node } = info;
  return JSON.stringify({ strategy, metadata, node });
}

export function readRunInfo(reply: RedisReply): StoredInfo {
  return JSON.parse(text(reply)) as StoredInfo;
}

export function readRunRecord(thread: string, reply: RedisReply): RunRecord {
  const [id = null, status = null, info = null, started = null, ended = null, error = null] = list(reply);
  return {
    id: text(id),
    thread,
    status: text(status) as RunStatus,
    ...readRunInfo(info),
    ...(started !== null && { startedAtMs: Number(text(started)) }),
    ...(ended !== null && { endedAtMs: Number(text(ended)) }),
    ...(error !== null && { error: readRunError(text(id), text(error)) }),
  };
}

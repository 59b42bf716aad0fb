import { NaraeError } from '../core/index.js';
import type { CreateThread, LoadOptions, PruneOptions } from './spec.js';

const THREAD_ID = /^[\w.:-]{1,128}$/;
const MAX_TURNS = 1_000;
const MAX_PAGE = 1_000;
const DEFAULT_LAST_TURNS = 10;
export const DEFAULT_LEASE_MS = 15_000;
/** Turns of one thread, over all its branches. */
export const MAX_SEQUENCE = 2 ** 20 - 1;

/** Throws `invalid_name`. */
export function checkThreadId(id: string): string {
  if (THREAD_ID.test(id)) return id;
  const reason = 'use 1 to 128 letters, digits, "-", "_", "." or ":"';
  throw new NaraeError('invalid_name', { field: 'id', values: { name: id.slice(0, 40), reason } });
}

/** Throws `invalid_request`. */
export function checkLastTurns({ lastTurns = DEFAULT_LAST_TURNS }: LoadOptions): number {
  return checkCount('lastTurns', lastTurns, 0, MAX_TURNS);
}

export function checkLimit(limit: number): number {
  return checkCount('limit', limit, 1, MAX_PAGE);
}

export function checkThreads(threads: readonly string[]): readonly string[] {
  checkCount('threads', threads.length, 0, MAX_PAGE);
  return threads;
}

export function checkPrune({ keepLast, olderThanMs }: PruneOptions): void {
  if (keepLast === undefined && olderThanMs === undefined)
    throw new NaraeError('invalid_request', { values: { reason: 'Pruning needs keepLast or olderThanMs.' } });
  if (keepLast !== undefined) checkCount('keepLast', keepLast, 0, Number.MAX_SAFE_INTEGER);
  if (olderThanMs !== undefined) checkCount('olderThanMs', olderThanMs, 0, Number.MAX_SAFE_INTEGER);
}

/** What a thread, or a run, carries beside its turns, as JSON. */
const MAX_DETAILS_BYTES = 64 * 1_024;

/** Throws `state_invalid` for details of more than 64 KiB. */
export function checkDetails(text: string): string {
  return checkSize(text, 'title, metadata and summary');
}

/** Throws `state_invalid` for metadata of more than 64 KiB. */
export function checkRunMetadata(metadata: Readonly<Record<string, unknown>>): void {
  checkSize(JSON.stringify(metadata), 'metadata and what is kept of the question');
}

function checkSize(json: string, what: string): string {
  if (Buffer.byteLength(json) <= MAX_DETAILS_BYTES) return json;
  throw new NaraeError('state_invalid', {
    field: 'metadata',
    values: { reason: `${what} have more than 64 KiB together` },
  });
}

function checkCount(field: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new NaraeError('invalid_request', {
    field,
    values: { reason: `${field} must be a whole number from ${least} to ${most}.` },
  });
}

export function threadNotFound(thread: string): NaraeError {
  return new NaraeError('thread_not_found', { values: { thread }, field: 'thread_id' });
}

export function threadExists({ id }: Pick<CreateThread, 'id'>): NaraeError {
  return new NaraeError('thread_exists', { values: { thread: id ?? '' } });
}

export function leaseLost(thread: string): NaraeError {
  return new NaraeError('thread_lease_lost', { values: { thread } });
}

export function checkpointNotFound(thread: string, sequence: number): NaraeError {
  return new NaraeError('checkpoint_not_found', { values: { thread, checkpoint: sequence } });
}

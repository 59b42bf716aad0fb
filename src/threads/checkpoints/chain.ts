import { NaraeError } from '../../core/index.js';
import { UnreadableFrame } from './frame.js';
import { type Manifest, referencesOf, type StoredManifest } from './manifest.js';
import { decodeCheckpoint } from './record.js';
import type { LoadedCheckpoints, StoredRecord, ThreadRef } from './spec.js';

/** Records that a load walks at most before it meets a whole one. */
const CHAIN_LIMIT = 512;
const SHORTEST_CHAIN = 32;

/**
 * Whether a new record may be a delta against `base`. A whole record costs as much as the lists are long, a chain as
 * much as it has records; so chains may grow with the lists, and the whole records together stay a constant share.
 */
export function mayExtend(base: StoredManifest): boolean {
  const limit = Math.max(SHORTEST_CHAIN, Math.min(CHAIN_LIMIT, referencesOf(base) / 2));
  return base.depth + 1 < limit;
}

/**
 * The manifest of a record, from the records below it or a known manifest.
 * Throws `thread_record_unreadable`, naming the record that cannot be read.
 */
export function resolveManifest(
  thread: ThreadRef,
  stamp: number,
  loaded: LoadedCheckpoints,
  known: Map<number, StoredManifest>,
): StoredManifest {
  const chain: StoredRecord[] = [];
  let at: number | undefined = stamp;
  while (at !== undefined && !known.has(at)) {
    const record = loaded.records.get(at);
    if (record === undefined)
      throw unreadable(thread, chain.at(-1)?.id ?? String(stamp), 'what it is based on is missing');
    chain.push(record);
    at = record.base;
  }
  let manifest = at === undefined ? undefined : known.get(at);
  for (const record of chain.reverse()) {
    manifest = decode(thread, record, manifest);
    known.set(record.stamp, manifest);
  }
  return manifest!;
}

function decode(thread: ThreadRef, record: StoredRecord, base: StoredManifest | undefined): StoredManifest {
  try {
    return decodeCheckpoint(record, base);
  } catch (thrown) {
    throw unreadable(thread, record.id, reasonOf(thrown), thrown);
  }
}

export function unreadable(
  { thread }: ThreadRef,
  record: string,
  reason: string,
  cause?: unknown,
): NaraeError {
  return new NaraeError('thread_record_unreadable', { values: { thread, sequence: record, reason }, cause });
}

/** Bytes that pass their checksum but do not decode are as unreadable as those that do not. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof UnreadableFrame ? thrown.message : 'it is damaged';
}

export function storedManifest(
  manifest: Manifest,
  stamp: number,
  base: StoredManifest | undefined,
): StoredManifest {
  return { ...manifest, stamp, depth: base === undefined ? 0 : base.depth + 1 };
}

import { NaraeError } from '../../core/index.js';
import type { HistoryEntry, NewTurn, ThreadState, Turn } from '../spec.js';
import { decodeRecord, type EncodedRecord, encodeRecord, UnreadableRecord } from './record.js';

/** A turn as stores hand it over: what must be known of it though its record cannot be read. */
export interface StoredTurn {
  readonly sequence: number;
  readonly parent: number;
  readonly createdAtMs: number;
  readonly record: Uint8Array;
}

/** Throws `state_invalid`. */
export function encodeTurn({ messages, facts, run }: NewTurn): EncodedRecord {
  if (messages.length === 0)
    throw new NaraeError('state_invalid', { field: 'messages', values: { reason: 'a turn has messages' } });
  return encodeRecord({ messages, ...(facts && { facts }), ...(run !== undefined && { run }) });
}

export function readEntry(thread: string, stored: StoredTurn): HistoryEntry {
  const { sequence, parent } = stored;
  try {
    return { kind: 'turn', turn: decodeTurn(stored) };
  } catch (thrown) {
    if (!(thrown instanceof UnreadableRecord)) throw thrown;
    const error = new NaraeError('thread_record_unreadable', {
      values: { sequence, thread, reason: thrown.message },
      cause: thrown,
    });
    return { kind: 'unreadable', sequence, parent, error };
  }
}

/** Splits entries into what a state brings. */
export function stateTurns(entries: readonly HistoryEntry[]): Pick<ThreadState, 'turns' | 'unreadable'> {
  return {
    turns: entries.flatMap((entry) => (entry.kind === 'turn' ? [entry.turn] : [])),
    unreadable: entries.flatMap((entry) => (entry.kind === 'unreadable' ? [entry.error] : [])),
  };
}

/** Throws `thread_record_unreadable`. */
export function readTurn(thread: string, stored: StoredTurn): Turn {
  const entry = readEntry(thread, stored);
  if (entry.kind === 'unreadable') throw entry.error;
  return entry.turn;
}

function decodeTurn({ sequence, parent, createdAtMs, record }: StoredTurn): Turn {
  const value = decodeRecord(record);
  if (!isTurn(value)) throw new UnreadableRecord('it holds no turn');
  return { sequence, parent, createdAtMs, ...value };
}

function isTurn(value: unknown): value is NewTurn {
  return Array.isArray((value as NewTurn | null)?.messages);
}

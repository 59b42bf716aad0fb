import { NaraeError } from '../../../core/index.js';
import type { RedisReply } from '../../../redis/spec.js';
import { checkpointNotFound, leaseLost, MAX_SEQUENCE, threadExists, threadNotFound } from '../../limits.js';
import { parsePath, type StoredThread, type StoredTurn } from '../../records/index.js';
import { TURN_HEADER_BYTES } from './lua.js';

/** What a script's reply may be, before its `ok` is known. */
export type Refusal = 'missing' | 'exists' | 'busy' | 'lost' | 'no-turn' | 'changed' | 'full';

export type ScriptReply =
  | { readonly ok: true; readonly values: readonly RedisReply[] }
  | { readonly ok: false; readonly refusal: Refusal };

export function readReply(reply: RedisReply): ScriptReply {
  const [status, ...values] = list(reply);
  const word = text(status ?? null);
  return word === 'ok' ? { ok: true, values } : { ok: false, refusal: word as Refusal };
}

/** The values of a reply that must be `ok`. Throws what the refusal means. */
export function okValues(reply: RedisReply, thread: string, sequence = 0): readonly RedisReply[] {
  const read = readReply(reply);
  if (!read.ok) throw refusalError(read.refusal, thread, sequence);
  return read.values;
}

export function readThread(id: string, reply: RedisReply): StoredThread & { lastSequence: number } {
  const facts = list(reply).map(text);
  const at = (index: number): number => Number(facts[index]);
  return {
    id,
    createdAtMs: at(0),
    updatedAtMs: at(1),
    path: parsePath(facts[2] ?? ''),
    records: at(3),
    payloadBytes: at(4),
    storedBytes: at(5),
    compressedRecords: at(6),
    details: facts[7] ?? '',
    lastSequence: at(9),
    expiresAtMs: facts[10] ? at(10) : undefined,
  };
}

export function readFence(reply: RedisReply): number {
  return Number(text(list(reply)[8] ?? null));
}

/** A value that is too short for its header still names its turn; its record is unreadable. */
export function readTurns(reply: RedisReply): StoredTurn[] {
  const items = list(reply);
  const turns: StoredTurn[] = [];
  for (let at = 0; at + 1 < items.length; at += 2)
    turns.push(readStoredTurn(Number(items[at]), items[at + 1] as Buffer));
  return turns;
}

export function payloadBytesOf(value: Buffer): number {
  return value.length >= TURN_HEADER_BYTES ? value.readUInt32BE(12) : 0;
}

export function list(reply: RedisReply): readonly RedisReply[] {
  return Array.isArray(reply) ? reply : [];
}

export function text(reply: RedisReply): string {
  return reply === null ? '' : String(reply);
}

function readStoredTurn(sequence: number, value: Buffer): StoredTurn {
  const isWhole = value.length >= TURN_HEADER_BYTES;
  return {
    sequence,
    parent: isWhole ? value.readUInt32BE(0) : 0,
    createdAtMs: isWhole ? value.readDoubleBE(4) : 0,
    record: value.subarray(TURN_HEADER_BYTES),
  };
}

function refusalError(refusal: Refusal, thread: string, sequence: number): NaraeError {
  switch (refusal) {
    case 'missing':
      return threadNotFound(thread);
    case 'exists':
      return threadExists({ id: thread });
    case 'busy':
    case 'changed':
      return new NaraeError('thread_busy', { values: { thread } });
    case 'lost':
      return leaseLost(thread);
    case 'no-turn':
      return checkpointNotFound(thread, sequence);
    case 'full':
      return new NaraeError('state_invalid', {
        values: { reason: `a thread has at most ${MAX_SEQUENCE} turns` },
      });
  }
}

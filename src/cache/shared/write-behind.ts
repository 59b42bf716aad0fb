import { setTimeout as sleep } from 'node:timers/promises';
import type { ValueEntry } from '../memory/entry.js';
import type { EntryAddress, SharedTier, TierRecord } from '../tier.js';

/** Writes that wait at most, in number and in bytes that their values take. */
const MAX_WAITING = 10_000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** Writes that go out in one turn of the event loop: encoding takes about 20 µs for 4 KB. */
const MAX_IN_TURN = 16;
const CLOSE_MS = 5_000;

export interface SharedWrite {
  readonly address: EntryAddress;
  readonly entry: ValueEntry;
  /** Encodes it. Throws for what is not plain data. */
  readonly record: () => TierRecord;
  /** Called once. `dropped`: another value took its place, or its entry was deleted. */
  readonly onSettled: (outcome: 'written' | 'failed' | 'dropped') => void;
}

/**
 * Carries values to the shared tier behind the requests that made them, the last one of an address only. While a
 * value waits or is under way, it is read from here: the tier may still hold an older one.
 */
export class WriteBehind {
  readonly #tier: SharedTier;
  readonly #waiting = new Map<string, SharedWrite>();
  readonly #underWay = new Map<string, SharedWrite>();
  #waitingBytes = 0;
  #isClosed = false;
  #draining: Promise<void> | undefined;

  constructor(tier: SharedTier) {
    this.#tier = tier;
  }

  /** The value of an address that is not in the tier yet. */
  peek(address: string): ValueEntry | undefined {
    if (this.#waiting.size + this.#underWay.size === 0) return undefined;
    return (this.#waiting.get(address) ?? this.#underWay.get(address))?.entry;
  }

  /** A write beyond the bounds is dropped and counts as failed. */
  add(address: string, write: SharedWrite): void {
    this.cancel(address);
    const isFull = this.#waiting.size >= MAX_WAITING || this.#waitingBytes >= MAX_WAITING_BYTES;
    if (isFull || this.#isClosed) {
      write.onSettled('failed');
      return;
    }
    this.#waiting.set(address, write);
    this.#waitingBytes += write.entry.bytes;
    this.#draining ??= this.#drain();
  }

  /** Takes back what has not begun. */
  cancel(address: string): void {
    const write = this.#waiting.get(address);
    if (write === undefined) return;
    this.#take(address, write);
    write.onSettled('dropped');
  }

  cancelWhere(matches: (write: SharedWrite) => boolean): void {
    for (const [address, write] of this.#waiting) if (matches(write)) this.cancel(address);
    for (const [address, write] of this.#underWay) if (matches(write)) this.#underWay.delete(address);
  }

  /** Forgets a value that is under way, after its entry was deleted. */
  forget(address: string): void {
    this.cancel(address);
    this.#underWay.delete(address);
  }

  /** Takes no more; waits for what is there, 5 s at most. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const limit = new AbortController();
    const enough = sleep(CLOSE_MS, undefined, { signal: limit.signal }).catch(() => {});
    await Promise.race([this.#draining, enough]);
    limit.abort();
  }

  async #drain(): Promise<void> {
    await nextTurn();
    while (this.#waiting.size > 0) {
      await Promise.all(this.#nextTurnWrites().map(([address, write]) => this.#write(address, write)));
      await nextTurn();
    }
    this.#draining = undefined;
  }

  #nextTurnWrites(): [string, SharedWrite][] {
    const writes: [string, SharedWrite][] = [];
    for (const pair of this.#waiting) {
      writes.push(pair);
      if (writes.length === MAX_IN_TURN) break;
    }
    return writes;
  }

  async #write(address: string, write: SharedWrite): Promise<void> {
    this.#take(address, write);
    this.#underWay.set(address, write);
    const isWritten = await this.#tryWrite(write);
    if (this.#underWay.get(address) === write) this.#underWay.delete(address);
    write.onSettled(isWritten ? 'written' : 'failed');
  }

  async #tryWrite({ address, record, entry }: SharedWrite): Promise<boolean> {
    try {
      await this.#tier.write(address, record(), entry.tags);
      return true;
    } catch {
      return false;
    }
  }

  #take(address: string, write: SharedWrite): void {
    this.#waiting.delete(address);
    this.#waitingBytes -= write.entry.bytes;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import { LRUCache } from 'lru-cache';
import type { MemoryEntry } from './entry.js';

/**
 * What an entry takes besides its key's characters and its value, measured by `npm run bench:cache`: the entry object
 * with its numbers, the map's slot, the places in the lists, the key's header.
 */
const ENTRY_OVERHEAD_BYTES = 380;
const TAG_OVERHEAD_BYTES = 32;

/** No entry may drive out more than this share of all others. */
const MAX_ENTRY_SHARE = 1 / 4;

/** The memory of all caches of a process: the least recently used goes first, bounded in bytes. */
export class Memory {
  readonly #entries: LRUCache<string, MemoryEntry> | undefined;
  /** Sizes are computed once, by `set`. */
  #sizeOfNext = 1;

  /** With 0 bytes it holds nothing. */
  constructor(limitBytes: number) {
    if (limitBytes <= 0) return;
    this.#entries = new LRUCache<string, MemoryEntry>({
      maxSize: limitBytes,
      maxEntrySize: Math.max(1, Math.floor(limitBytes * MAX_ENTRY_SHARE)),
      sizeCalculation: () => this.#sizeOfNext,
      dispose: (entry, _, reason) => this.#left(entry, reason === 'evict'),
    });
  }

  /** Makes it the most recently used. */
  get(address: string): MemoryEntry | undefined {
    return this.#entries?.get(address);
  }

  has(address: string): boolean {
    return this.#entries?.has(address) ?? false;
  }

  /** An entry that is too big for the whole memory is not kept; what was under its address goes all the same. */
  set(address: string, entry: MemoryEntry, valueBytes: number): void {
    entry.bytes = entryBytes(address, entry, valueBytes);
    if (this.#entries === undefined) return;
    this.#sizeOfNext = entry.bytes;
    this.#entries.set(address, entry);
    if (this.#entries.peek(address) !== entry) return;
    entry.counters.entries++;
    entry.counters.bytes += entry.bytes;
  }

  delete(address: string): boolean {
    return this.#entries?.delete(address) ?? false;
  }

  /** Gives how many went. About 0.1 µs an entry held. */
  deleteWhere(matches: (address: string, entry: MemoryEntry) => boolean): number {
    const going: string[] = [];
    for (const [address, entry] of this.#entries?.entries() ?? [])
      if (matches(address, entry)) going.push(address);
    for (const address of going) this.delete(address);
    return going.length;
  }

  get bytes(): number {
    return this.#entries?.calculatedSize ?? 0;
  }

  clear(): void {
    this.#entries?.clear();
  }

  #left({ counters, bytes }: MemoryEntry, isEvicted: boolean): void {
    counters.entries--;
    counters.bytes -= bytes;
    if (isEvicted) counters.evictions++;
  }
}

function entryBytes(address: string, { tags }: MemoryEntry, valueBytes: number): number {
  let bytes = ENTRY_OVERHEAD_BYTES + textBytes(address) + Math.max(0, Math.ceil(valueBytes));
  for (const tag of tags) bytes += TAG_OVERHEAD_BYTES + textBytes(tag);
  return bytes;
}

/** V8 keeps a text in one byte a character unless it holds one beyond Latin-1. */
function textBytes(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of Latin-1
  return /[^\x00-\xff]/.test(text) ? 2 * text.length : text.length;
}

import { LRUCache } from 'lru-cache';

/** Most entries whatever their size: also small ones cost a place. */
const MAX_ENTRIES = 50_000;

/** A least-recently-used cache bounded in bytes, with an age limit. With 0 bytes it holds nothing. */
export class ByteCache<Value extends object> {
  readonly #cache: LRUCache<string, Value> | undefined;

  constructor(options: {
    maxBytes: number;
    ttlMs: number;
    bytesOf: (value: Value) => number;
  }) {
    if (options.maxBytes <= 0) return;
    this.#cache = new LRUCache<string, Value>({
      max: MAX_ENTRIES,
      maxSize: options.maxBytes,
      ttl: options.ttlMs,
      // Two bytes a character: keys hold questions.
      sizeCalculation: (value, key) => options.bytesOf(value) + key.length * 2 + 100,
    });
  }

  get(key: string): Value | undefined {
    return this.#cache?.get(key);
  }

  set(key: string, value: Value): void {
    this.#cache?.set(key, value);
  }
}

import { LRUCache } from 'lru-cache';
import type { ContentId } from '../threads/index.js';
import { copyAgain, copyOf, isSameAsCopy } from './copies.js';

interface Known {
  readonly id: ContentId;
  readonly copy: unknown;
}

/**
 * What values are called, and values by their names, so that a conversation of 200 turns is neither serialised nor
 * read anew at each step. Nobody ever holds a remembered value itself: it is copied on the way in and out, and an
 * object that was changed since it was seen is not recognised.
 */
export class RememberedValues {
  /** Objects that were stored or loaded, while somebody holds them. */
  readonly #known = new WeakMap<object, Known>();
  readonly #values: LRUCache<ContentId, { readonly copy: unknown }>;

  constructor(limitBytes: number) {
    this.#values = new LRUCache({ maxSize: limitBytes });
  }

  /** The content that an object is, if it was seen before and has not changed. */
  idOf(value: unknown): ContentId | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    const known = this.#known.get(value);
    return known !== undefined && isSameAsCopy(value, known.copy) ? known.id : undefined;
  }

  /** An object was stored. Its content is not given to others: reading it back may make it another (a Date a string). */
  stored(id: ContentId, value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const copied = copyOf(value);
    if (copied !== undefined) this.#known.set(value, { id, copy: copied.copy });
  }

  /** A value was read from so many bytes. */
  loaded(id: ContentId, value: unknown, bytes: number): void {
    const copied = copyOf(value);
    if (copied === undefined) return;
    this.#values.set(id, copied, { size: bytes + 64 });
    this.#recognise(id, value, copied.copy);
  }

  has(id: ContentId): boolean {
    return this.#values.has(id);
  }

  /** A fresh value of a content, if it is remembered. */
  take(id: ContentId): { readonly value: unknown } | undefined {
    const found = this.#values.get(id);
    if (found === undefined) return undefined;
    const value = copyAgain(found.copy);
    this.#recognise(id, value, found.copy);
    return { value };
  }

  #recognise(id: ContentId, value: unknown, copy: unknown): void {
    if (typeof value === 'object' && value !== null) this.#known.set(value, { id, copy });
  }
}

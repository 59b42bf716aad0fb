import { LRUCache } from 'lru-cache';
import { type ContentId, type Contents, readRefs } from '../threads/index.js';

/**
 * Frames of contents that were stored or loaded, up to so many bytes: a store does not bring again what belongs to a
 * checkpoint that is known here.
 */
export class RememberedFrames {
  readonly #frames: LRUCache<ContentId, Buffer>;

  constructor(limitBytes: number) {
    this.#frames = new LRUCache({
      maxSize: limitBytes,
      sizeCalculation: (frame) => frame.length + 64,
    });
  }

  remember(contents: Contents): void {
    for (const [id, frame] of contents) this.#frames.set(id, frame);
  }

  /** Adds a content and those that it refers to; false, and nothing is added, when one of them was forgotten. */
  addTo(contents: Map<ContentId, Buffer>, id: ContentId): boolean {
    const frame = this.#frames.get(id);
    if (frame === undefined) return false;
    const texts = readRefs(frame).map((ref) => [ref, contents.get(ref) ?? this.#frames.get(ref)] as const);
    for (const [, text] of texts) if (text === undefined) return false;
    contents.set(id, frame);
    for (const [ref, text] of texts) contents.set(ref, text!);
    return true;
  }
}

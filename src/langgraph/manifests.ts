import { LRUCache } from 'lru-cache';
import { referencesOf, type StoredManifest } from '../threads/index.js';

/** Manifests remembered of one thread: a run looks back a few supersteps at most. */
const PER_THREAD = 16;
/** References, about 10 bytes each, over all threads. */
const REFERENCE_LIMIT = 2_000_000;

/** The newest manifests of the threads that were in use last, by stamp. */
export class Manifests {
  readonly #threads = new LRUCache<string, ReadonlyMap<number, StoredManifest>>({
    maxSize: REFERENCE_LIMIT,
    sizeCalculation: (manifests) => [...manifests.values()].reduce((sum, one) => sum + referencesOf(one), 1),
  });

  of(thread: string): ReadonlyMap<number, StoredManifest> {
    return this.#threads.get(thread) ?? new Map();
  }

  find(thread: string, namespace: string, id: string): StoredManifest | undefined {
    let found: StoredManifest | undefined;
    for (const manifest of this.of(thread).values())
      if (manifest.id === id && manifest.namespace === namespace) found = manifest;
    return found;
  }

  remember(thread: string, added: Iterable<StoredManifest>): void {
    const all = new Map(this.of(thread));
    for (const manifest of added) {
      all.delete(manifest.stamp);
      all.set(manifest.stamp, manifest);
    }
    this.#threads.set(thread, new Map([...all].slice(-PER_THREAD)));
  }

  forget(thread: string): void {
    this.#threads.delete(thread);
  }
}

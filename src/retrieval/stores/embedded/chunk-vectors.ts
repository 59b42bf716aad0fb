import { NaraeError, throwIfAborted } from '../../../core/index.js';
import type { SqlDatabase } from '../../../sql/index.js';
import type { ChunkInput, Embedder } from '../../spec.js';
import { toHalves } from '../../vector/index.js';
import { searchableText } from './chunks.js';
import type { CollectionRow } from './collections.js';
import { findVectorByHash } from './vectors.js';

/** Vectors by content hash, as halves, and where each came from. */
export class ChunkVectors {
  readonly #byHash = new Map<string, Uint8Array>();
  readonly #embedded = new Set<string>();

  get(hash: string): Uint8Array | undefined {
    return this.#byHash.get(hash);
  }

  /** How many vectors were computed for these chunks; of equal texts only one is. */
  countEmbedded(chunks: readonly ChunkInput[]): number {
    const hashes = new Set(chunks.map((chunk) => chunk.hash));
    return [...hashes].filter((hash) => this.#embedded.has(hash)).length;
  }

  /** Finds or computes what is missing; asked again after a failed attempt, it computes nothing twice. */
  async fill(
    db: SqlDatabase,
    target: { collection: CollectionRow; embedder: Embedder; embedderNumber: number },
    chunks: readonly ChunkInput[],
    signal?: AbortSignal,
  ): Promise<void> {
    const missing = new Map<string, ChunkInput>();
    for (const chunk of chunks) {
      if (this.#byHash.has(chunk.hash) || missing.has(chunk.hash)) continue;
      const known = findVectorByHash(db, target.collection, target.embedderNumber, chunk.hash);
      if (known?.length === target.embedder.dimensions * 2) this.#byHash.set(chunk.hash, known);
      else missing.set(chunk.hash, chunk);
    }
    const texts = [...missing].map(([hash, chunk]) => ({
      hash,
      text: searchableText(chunk.headings, chunk.text),
    }));
    for await (const { hash, halves } of embedAll(target.embedder, texts, signal)) {
      this.#byHash.set(hash, halves);
      this.#embedded.add(hash);
    }
  }
}

/** Embeds in batches of the embedder's size. Rejects with the embedder's error or the signal's reason. */
export async function* embedAll<Item extends { readonly text: string }>(
  embedder: Embedder,
  items: readonly Item[],
  signal?: AbortSignal,
): AsyncGenerator<Item & { halves: Uint8Array }> {
  for (let at = 0; at < items.length; at += embedder.batchSize) {
    throwIfAborted(signal);
    const batch = items.slice(at, at + embedder.batchSize);
    const vectors = await embedder.embed(
      batch.map((item) => item.text),
      'document',
      signal,
    );
    for (const [index, item] of batch.entries())
      yield { ...item, halves: toHalves(checkedVector(embedder, vectors[index])) };
  }
}

function checkedVector(embedder: Embedder, vector: Float32Array | undefined): Float32Array {
  if (vector?.length === embedder.dimensions) return vector;
  throw new NaraeError('embedder_mismatch', {
    values: {
      embedder: embedder.id,
      found: vector ? `${vector.length} dimensions` : 'too few vectors',
      expected: `${embedder.dimensions} dimensions`,
    },
  });
}

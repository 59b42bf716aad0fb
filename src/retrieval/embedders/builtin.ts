import type { Embedder } from '../spec.js';
import { embedText } from './builtin-vector.js';

/** The embedder that needs nothing: hashed pieces of words, for Korean and English. See this folder's README. */
export class BuiltinEmbedder implements Embedder {
  readonly id = 'builtin-1';
  readonly dimensions = 512;
  /** Measured on sets kept apart for tuning: more lets the noise of hashing in. */
  readonly fusionWeight = 0.1;
  readonly batchSize = 256;

  async embed(
    texts: readonly string[],
    purpose: 'query' | 'document',
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    signal?.throwIfAborted();
    return texts.map((text) => embedText(text, purpose, this.dimensions));
  }

  async close(): Promise<void> {}
}

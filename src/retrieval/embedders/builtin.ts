import type { Embedder } from '../spec.js';
import { embedText } from './builtin-vector.js';

/**
 * The embedder that is always there: hashed character n-grams, no weights, no network, the same vector for the same
 * text on every machine. It knows spelling, not meaning, so it gets a small say beside keyword search, where it
 * helps with inflections, compounds and typing errors.
 */
export class BuiltinEmbedder implements Embedder {
  readonly id = 'builtin-1';
  readonly dimensions = 512;
  readonly fusionWeight = 0.2;
  readonly batchSize = 256;

  async embed(texts: readonly string[], _purpose: 'query' | 'document', signal?: AbortSignal) {
    signal?.throwIfAborted();
    return texts.map((text) => embedText(text, this.dimensions));
  }

  async close(): Promise<void> {}
}

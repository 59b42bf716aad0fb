import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../core/index.js';
import type { Embedder } from '../spec.js';
import { embedText } from './builtin-vector.js';

/** Texts embedded before the event loop gets a turn: about 2 ms of passages. */
const TEXTS_A_TURN = 16;

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
    const vectors: Float32Array[] = [];
    for (const [at, text] of texts.entries()) {
      if (at > 0 && at % TEXTS_A_TURN === 0) await setImmediate();
      throwIfAborted(signal);
      vectors.push(embedText(text, purpose, this.dimensions));
    }
    return vectors;
  }

  async close(): Promise<void> {}
}

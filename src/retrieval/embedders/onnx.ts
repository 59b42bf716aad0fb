import { basename, resolve } from 'node:path';
import { contentHash, throwIfAborted, WorkerClient } from '../../core/index.js';
import type { OnnxEmbedderOptions } from '../options.js';
import type { Embedder } from '../spec.js';
import type { OnnxMethods } from './onnx-worker.js';

/**
 * A local model in a thread of its own: neither the tokenizer nor the model holds up the event loop.
 * The model's folder names it; put another model into another folder.
 */
export class OnnxEmbedder implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly fusionWeight: number;
  readonly batchSize: number;
  readonly #options: OnnxEmbedderOptions;
  readonly #client: WorkerClient<OnnxMethods>;

  private constructor(options: OnnxEmbedderOptions, client: WorkerClient<OnnxMethods>, dimensions: number) {
    this.#options = options;
    this.#client = client;
    this.dimensions = dimensions;
    this.id = embedderId(options, dimensions);
    this.fusionWeight = options.fusionWeight ?? 0.5;
    this.batchSize = options.batchSize ?? 16;
  }

  /** Loads the model. Rejects with `embedder_package_missing` or `embedder_unavailable`. */
  static async create(options: OnnxEmbedderOptions, signal?: AbortSignal): Promise<OnnxEmbedder> {
    const client = new WorkerClient<OnnxMethods>(new URL('./onnx-worker.js', import.meta.url), {
      name: 'embedding model',
      workerData: options,
    });
    try {
      const { dimensions } = await client.call('open', null, { signal });
      return new OnnxEmbedder(options, client, dimensions);
    } catch (error) {
      await client.terminate();
      throw error;
    }
  }

  async embed(
    texts: readonly string[],
    purpose: 'query' | 'document',
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    const { queryPrefix = '', documentPrefix = '' } = this.#options;
    const prefix = purpose === 'query' ? queryPrefix : documentPrefix;
    const vectors: Float32Array[] = [];
    for (let at = 0; at < texts.length; at += this.batchSize) {
      throwIfAborted(signal);
      const batch = texts.slice(at, at + this.batchSize).map((text) => prefix + text);
      const values = await this.#client.call('embed', batch, { signal });
      for (let row = 0; row < batch.length; row++)
        vectors.push(values.subarray(row * this.dimensions, (row + 1) * this.dimensions));
    }
    return vectors;
  }

  /** Ends the thread and with it the model. Idempotent. */
  async close(): Promise<void> {
    await this.#client.terminate();
  }
}

function embedderId(options: OnnxEmbedderOptions, dimensions: number): string {
  const { path, dtype = 'q8', pooling = 'mean', queryPrefix = '', documentPrefix = '' } = options;
  const details = contentHash([dtype, pooling, queryPrefix, documentPrefix].join('\n')).slice(0, 8);
  return `${basename(resolve(path))}@${dimensions}+${details}`;
}

import { basename, dirname, resolve } from 'node:path';
import { NaraeError } from '../../core/index.js';
import type { OnnxEmbedderOptions } from '../options.js';
import type { FeatureExtraction, TransformersModule } from './onnx-pipeline.js';

/** A variable keeps the compiler and bundlers from wanting the package at build time. */
const PACKAGE_NAME = '@huggingface/transformers';

/** A loaded model. Runs in the thread that made it. */
export interface OnnxEngine {
  readonly dimensions: number;
  /** One normalised vector a text, one after another in one array. */
  embed(texts: readonly string[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Loads the model from its folder; never from the network. Rejects with `embedder_package_missing` or `embedder_unavailable`. */
export async function loadOnnxEngine(
  options: OnnxEmbedderOptions,
  loadPackage: () => Promise<TransformersModule> = importTransformers,
): Promise<OnnxEngine> {
  const transformers = await loadPackage();
  const path = resolve(options.path);
  transformers.env.allowRemoteModels = false;
  transformers.env.allowLocalModels = true;
  transformers.env.localModelPath = dirname(path);
  try {
    const model = await transformers.pipeline('feature-extraction', basename(path), {
      dtype: options.dtype ?? 'q8',
      local_files_only: true,
    });
    return await engineOf(model, options.pooling ?? 'mean');
  } catch (cause) {
    throw new NaraeError('embedder_unavailable', {
      values: { embedder: basename(path), reason: 'the model folder cannot be loaded' },
      cause,
    });
  }
}

async function engineOf(model: FeatureExtraction, pooling: 'mean' | 'cls'): Promise<OnnxEngine> {
  const embed = async (texts: readonly string[]): Promise<Float32Array> =>
    Float32Array.from((await model([...texts], { pooling, normalize: true })).data);
  const probe = await embed(['dimensions']);
  return {
    dimensions: probe.length,
    embed,
    close: async () => {
      await model.dispose();
    },
  };
}

async function importTransformers(): Promise<TransformersModule> {
  try {
    return (await import(PACKAGE_NAME)) as TransformersModule;
  } catch (cause) {
    throw new NaraeError('embedder_package_missing', { cause });
  }
}

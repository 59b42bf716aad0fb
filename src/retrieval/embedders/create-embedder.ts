import type { EmbedderOptions } from '../options.js';
import type { Embedder } from '../spec.js';
import { BuiltinEmbedder } from './builtin.js';

/** Makes the embedder that the options name. Code for the others is loaded only when one is asked for. */
export async function createEmbedder(options: EmbedderOptions, signal?: AbortSignal): Promise<Embedder> {
  switch (options.kind) {
    case 'builtin':
      return new BuiltinEmbedder();
    case 'openai': {
      const { OpenAiCompatibleEmbedder } = await import('./openai-compatible.js');
      return OpenAiCompatibleEmbedder.create(options, signal);
    }
    case 'onnx': {
      const { OnnxEmbedder } = await import('./onnx.js');
      return OnnxEmbedder.create(options, signal);
    }
  }
}

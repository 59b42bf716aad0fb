import { createEmbedder, type Embedder, type EmbedderOptions } from '../../dist/retrieval/index.js';

export interface EmbedderFlags {
  readonly 'base-url'?: string | undefined;
  readonly model?: string | undefined;
  readonly 'model-dir'?: string | undefined;
}

/** The embedder that was asked for besides the built-in one, if any. The key is read from `NARAE_EMBEDDER_API_KEY`. */
export async function configuredEmbedder(flags: EmbedderFlags): Promise<Embedder | undefined> {
  const options = optionsOf(flags);
  return options && createEmbedder(options);
}

function optionsOf(flags: EmbedderFlags): EmbedderOptions | undefined {
  if (flags['model-dir'] !== undefined) return { kind: 'onnx', path: flags['model-dir'] };
  if (flags['base-url'] === undefined) return undefined;
  if (flags.model === undefined) throw new Error('Give the model of --base-url with --model.');
  return {
    kind: 'openai',
    baseUrl: flags['base-url'],
    model: flags.model,
    apiKey: process.env.NARAE_EMBEDDER_API_KEY,
  };
}

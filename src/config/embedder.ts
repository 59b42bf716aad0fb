import type { Config } from './schema.js';
import { trimSlash, VENDOR_DEFAULTS } from './vendors.js';

/** The embedder to open, with what its kind needs. */
export type ConfiguredEmbedder = { readonly batchSize: number; readonly timeoutSeconds: number } & (
  | { readonly provider: 'builtin' }
  | { readonly provider: 'onnx'; readonly modelDir: string }
  | {
      readonly provider: 'openai';
      readonly baseUrl: string;
      readonly model: string;
      readonly apiKey: string | undefined;
      /** Absent: what the model gives. */
      readonly dimensions: number | undefined;
    }
);

/** The embedder of a configuration that passed its rules. */
export function configuredEmbedder({ embedder }: Config): ConfiguredEmbedder {
  const { provider, model, baseUrl, apiKey, dimensions, modelDir, batchSize, timeoutSeconds } = embedder;
  const basics = { batchSize, timeoutSeconds };
  switch (provider) {
    case 'builtin':
      return { ...basics, provider };
    case 'onnx':
      // The rules refuse `onnx` without a folder.
      return { ...basics, provider, modelDir: modelDir as string };
    case 'openai':
      return {
        ...basics,
        provider,
        baseUrl: trimSlash(baseUrl ?? VENDOR_DEFAULTS.openai.baseUrl),
        model: model ?? VENDOR_DEFAULTS.openai.embedding,
        apiKey,
        dimensions,
      };
  }
}

import type { Config } from './schema.js';
import { trimSlash, VENDOR_DEFAULTS } from './vendors.js';

/** The embedder to open, with what its kind needs. */
export type ConfiguredEmbedder = EmbedderBasics &
  (
    | { readonly provider: 'builtin' }
    | {
        readonly provider: 'openai';
        readonly baseUrl: string;
        readonly model: string;
        readonly apiKey?: string;
        readonly dimensions?: number;
      }
    | {
        readonly provider: 'onnx';
        readonly modelDir: string;
        readonly model?: string;
        readonly dimensions?: number;
      }
  );

interface EmbedderBasics {
  readonly batchSize: number;
  readonly timeoutSeconds: number;
  /** Absent: the embedder's own. */
  readonly fusionWeight?: number;
}

/** The embedder of a configuration that passed its rules. */
export function configuredEmbedder({ embedder }: Config): ConfiguredEmbedder {
  const { provider, model, baseUrl, apiKey, dimensions, modelDir, ...basics } = embedder;
  const shape = dimensions === undefined ? {} : { dimensions };
  switch (provider) {
    case 'builtin':
      return { ...basics, provider };
    case 'onnx':
      return {
        ...basics,
        ...shape,
        provider,
        modelDir: modelDir as string,
        ...(model !== undefined && { model }),
      };
    case 'openai':
      return {
        ...basics,
        ...shape,
        provider,
        baseUrl: trimSlash(baseUrl ?? VENDOR_DEFAULTS.openai.baseUrl),
        model: model ?? VENDOR_DEFAULTS.openai.embedding,
        ...(apiKey !== undefined && { apiKey }),
      };
  }
}

import Type from 'typebox';
import { section } from '../key.js';

export const EMBEDDER_SECTION = section({
  provider: Type.Enum(['builtin', 'openai', 'onnx'], {
    default: 'builtin',
    description:
      '`builtin` needs nothing; `openai` is any OpenAI-compatible embeddings API; `onnx` is a local model folder',
  }),
  model: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Embedding model, for `openai`; at api.openai.com the default is `text-embedding-3-small`',
    }),
  ),
  baseUrl: Type.Optional(
    Type.String({
      pattern: '^https?://\\S+$',
      description: 'Base URL of the embeddings API, up to and including `/v1`, for `openai`',
    }),
  ),
  apiKey: Type.Optional(
    Type.String({ minLength: 1, secret: true, description: 'Key for the embeddings API' }),
  ),
  dimensions: Type.Optional(
    Type.Integer({
      minimum: 8,
      maximum: 8192,
      description: 'Length of a vector, where the model can shorten it; else what the model gives',
    }),
  ),
  batchSize: Type.Integer({
    minimum: 1,
    maximum: 2048,
    default: 64,
    description: 'Most texts in one call to the embedder',
  }),
  fusionWeight: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description:
        'Share of the vector side in weighted fusion, the keyword side gets the rest; else the embedder’s own',
    }),
  ),
  modelDir: Type.Optional(
    Type.String({
      path: true,
      minLength: 1,
      description: 'Folder of the local model, for `onnx`',
    }),
  ),
  timeoutSeconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 3600,
    default: 30,
    description: 'Longest wait for one call to the embedder',
  }),
});

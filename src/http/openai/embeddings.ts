import { NaraeError } from '../../core/index.js';
import { estimateTokens } from '../../llm/index.js';
import type { Embedder } from '../../retrieval/spec.js';
import type { App } from '../app.js';
import { clientSignal } from '../client-signal.js';
import { EmbeddingsBody } from './schema.js';

export interface EmbeddingRouteParts {
  readonly embedder: Embedder;
}

const SCHEMA = {
  tags: ['openai'],
  summary: 'Texts as vectors of the configured embedder',
  body: EmbeddingsBody,
};

/** `POST /v1/embeddings`. */
export async function embeddingRoutes(app: App, { embedder }: EmbeddingRouteParts): Promise<void> {
  app.post('/v1/embeddings', { schema: SCHEMA }, async ({ body }, reply) => {
    checkModel(body.model ?? undefined, embedder);
    checkDimensions(body.dimensions ?? undefined, embedder);
    const texts = readInput(body.input);
    const vectors = await embedder.embed(texts, 'document', clientSignal(reply).abortSignal);
    const encode = body.encoding_format === 'base64' ? toBase64 : toNumbers;
    const tokens = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
    return {
      object: 'list',
      data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: encode(vector) })),
      model: embedder.id,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
  });
}

/** The id, or the id without its revision: `text-embedding-3-small@1536` is also `text-embedding-3-small`. */
function checkModel(model: string | undefined, { id }: Embedder): void {
  const names = [id, id.split('@')[0], id.replace(/-\d+$/, '')];
  if (model === undefined || names.includes(model)) return;
  throw new NaraeError('model_not_found', { values: { model, available: id }, field: 'model' });
}

function checkDimensions(dimensions: number | undefined, embedder: Embedder): void {
  if (dimensions === undefined || dimensions === embedder.dimensions) return;
  throw invalid(
    `"${embedder.id}" has ${embedder.dimensions} dimensions. Leave dimensions out.`,
    'dimensions',
  );
}

function readInput(input: EmbeddingsBody['input']): string[] {
  if (typeof input === 'string') return [checkText(input, 'input')];
  return input.map((text, index) => {
    const field = `input[${index}]`;
    if (typeof text === 'string') return checkText(text, field);
    if (typeof text === 'number' || Array.isArray(text))
      throw invalid(
        'Token arrays are not supported: their meaning depends on a tokenizer. Send text.',
        'input',
      );
    throw invalid(`${field} must be a string.`, field);
  });
}

function checkText(text: string, field: string): string {
  if (text === '') throw invalid(`${field} is empty. Send at least one character.`, field);
  return text;
}

function invalid(reason: string, field: string): NaraeError {
  return new NaraeError('invalid_request', { values: { reason }, field });
}

function toNumbers(vector: Float32Array): number[] {
  return Array.from(vector);
}

/** Little-endian 32-bit floats, as OpenAI's clients read them. */
function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4);
  });
  return bytes.toString('base64');
}

import { NaraeError } from '../../core/index.js';
import { asRecord, readModel } from './call.js';
import { EMBEDDING_DIMENSIONS_LIMIT } from './options.js';

const INPUTS_LIMIT = 2048;

export interface EmbeddingCall {
  readonly model: string;
  readonly inputs: readonly string[];
  readonly dimensions: number;
  readonly encoding: 'float' | 'base64';
}

/** Reads an embeddings request. Throws `invalid_request`. */
export function readEmbeddingCall(body: unknown, defaultDimensions: number): EmbeddingCall {
  const fields = asRecord(body) ?? {};
  const model = readModel(fields);
  const dimensions = fields.dimensions ?? defaultDimensions;
  if (!isDimension(dimensions))
    throw refused('dimensions', `dimensions must be a whole number from 1 to ${EMBEDDING_DIMENSIONS_LIMIT}.`);
  const encoding = fields.encoding_format === 'base64' ? 'base64' : 'float';
  return { model, inputs: readInputs(fields.input), dimensions, encoding };
}

function isDimension(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= EMBEDDING_DIMENSIONS_LIMIT;
}

/** A text, texts, a list of token numbers, or such lists. */
function readInputs(input: unknown): string[] {
  if (typeof input === 'string') return [input];
  const isList = Array.isArray(input) && input.length > 0;
  if (!isList) throw refused('input', 'The field "input" must be a text or a list of texts.');
  const inputs = typeof input[0] === 'number' ? [input.join(' ')] : input.map(String);
  if (inputs.length > INPUTS_LIMIT) throw refused('input', `At most ${INPUTS_LIMIT} inputs a request.`);
  return inputs;
}

/** The body of OpenAI's answer. */
export function embeddingsBody({ model, inputs, dimensions, encoding }: EmbeddingCall): string {
  const tokens = inputs.reduce((total, input) => total + Math.ceil(input.length / 4), 0);
  return JSON.stringify({
    object: 'list',
    model,
    data: inputs.map((input, index) => ({
      object: 'embedding',
      index,
      embedding: encode(embed(input, dimensions), encoding),
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

function encode(vector: Float32Array, encoding: EmbeddingCall['encoding']): number[] | string {
  if (encoding === 'float') return Array.from(vector);
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

/**
 * A vector that depends on the text alone: words and pairs of characters, each hashed to a dimension and a sign
 * (feature hashing, Weinberger et al. 2009), of length 1. Texts that share words are near each other.
 */
export function embed(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const feature of featuresOf(text)) {
    const hash = fnv1a(feature);
    const index = hash % dimensions;
    vector[index] = (vector[index] as number) + (hash & 0x8000_0000 ? -1 : 1);
  }
  const length = Math.hypot(...vector);
  if (length === 0) vector[0] = 1;
  return length === 0 ? vector : vector.map((value) => value / length);
}

function featuresOf(text: string): string[] {
  const words =
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const pairs = words.flatMap((word) =>
    Array.from({ length: word.length - 1 }, (_, at) => word.slice(at, at + 2)),
  );
  return [...words, ...pairs];
}

/** 32-bit FNV-1a over UTF-16 code units, as an unsigned number. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function refused(field: string, reason: string): NaraeError {
  return new NaraeError('invalid_request', { field, values: { reason } });
}

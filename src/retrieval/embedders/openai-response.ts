import { NaraeError } from '../../core/index.js';

export interface ExpectedEmbeddings {
  readonly embedder: string;
  readonly count: number;
  /** 0: whatever comes, as long as all are alike. */
  readonly dimensions: number;
}

/** The vectors of a response body, L2-normalised, in the order of the inputs. Throws `embedder_mismatch`. */
export function parseEmbeddings(body: string, expected: ExpectedEmbeddings): Float32Array[] {
  const data = readData(body, expected);
  const vectors = new Array<Float32Array | undefined>(expected.count).fill(undefined);
  data.forEach((entry, position) => {
    const { index = position, embedding } = entry as { index?: number; embedding?: unknown };
    if (!Number.isInteger(index) || index < 0 || index >= expected.count || vectors[index])
      throw mismatch(
        expected,
        `a vector with index ${String(index)}`,
        `each index below ${expected.count} once`,
      );
    vectors[index] = normalised(readVector(embedding, expected), expected);
  });
  const dimensions = expected.dimensions || (vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    if (!vector) throw mismatch(expected, `${data.length} vectors`, `${expected.count}`);
    if (vector.length !== dimensions)
      throw mismatch(expected, `${vector.length} dimensions`, `${dimensions} dimensions`);
  }
  return vectors as Float32Array[];
}

function readData(body: string, expected: ExpectedEmbeddings): unknown[] {
  try {
    const { data } = JSON.parse(body) as { data?: unknown };
    if (Array.isArray(data) && data.every((entry) => typeof entry === 'object' && entry !== null))
      return data;
  } catch {
    // Reported below, like every other body that is not the protocol's.
  }
  throw mismatch(expected, 'a body without "data"', 'an OpenAI embeddings response');
}

/** Numbers, or the base64 of little-endian 32-bit floats, which some servers send whatever was asked for. */
function readVector(embedding: unknown, expected: ExpectedEmbeddings): Float32Array {
  if (Array.isArray(embedding)) return Float32Array.from(embedding, Number);
  if (typeof embedding === 'string') {
    const bytes = Uint8Array.from(Buffer.from(embedding, 'base64'));
    if (bytes.length % 4 === 0) return new Float32Array(bytes.buffer);
  }
  throw mismatch(expected, 'an embedding that is no list of numbers', 'numbers');
}

function normalised(vector: Float32Array, expected: ExpectedEmbeddings): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (!Number.isFinite(squares)) throw mismatch(expected, 'components that are no finite numbers', 'numbers');
  const length = Math.sqrt(squares);
  return length === 0 ? vector : vector.map((value) => value / length);
}

function mismatch(expected: ExpectedEmbeddings, found: string, wanted: string): NaraeError {
  return new NaraeError('embedder_mismatch', {
    values: { embedder: expected.embedder, found, expected: wanted },
  });
}

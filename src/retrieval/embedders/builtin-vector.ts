import { analyse } from '../text/index.js';

/** The L2-normalised vector of a text; all zeros for a text without letters or digits. */
export function embedText(text: string, dimensions: number): Float32Array {
  const counts = new Map<string, number>();
  for (const term of analyse(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  const vector = new Float32Array(dimensions);
  for (const [term, count] of counts) {
    const hash = hashOf(term);
    vector[hash % dimensions]! += (hash >>> 31 === 0 ? 1 : -1) * Math.log1p(count);
  }
  return normalised(vector);
}

function hashOf(term: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < term.length; at++) hash = Math.imul(hash ^ term.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function normalised(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

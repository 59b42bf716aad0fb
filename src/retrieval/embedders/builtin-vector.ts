import { feedFeatures } from './builtin-features.js';
import { FeatureCounts } from './feature-counts.js';

const counts = new FeatureCounts();

/**
 * The L2-normalised vector of a text, all zeros for a text without letters or digits. Each feature adds its weight,
 * saturated as in BM25, at one place with one sign, both given by its hash (feature hashing, Weinberger et al. 2009).
 */
export function embedText(text: string, purpose: 'query' | 'document', dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  feedFeatures(text, purpose, (hash, weight) => counts.add(hash, weight));
  counts.drain((hash, weight) => {
    const share = weight / (weight + 1);
    vector[hash % dimensions]! += hash >>> 31 === 0 ? share : -share;
  });
  return normalise(vector);
}

function normalise(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (sum === 0) return vector;
  const scale = 1 / Math.sqrt(sum);
  for (let at = 0; at < vector.length; at++) vector[at]! *= scale;
  return vector;
}

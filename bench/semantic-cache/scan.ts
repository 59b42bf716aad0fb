import { decideReuse, defaultReuseOptions, ReuseIndex } from '../../dist/answer/reuse/index.js';
import type { Embedder } from '../../dist/retrieval/index.js';

/** Milliseconds of one search among kept questions, and of the decision after it. */
export interface ScanTimes {
  readonly kept: number;
  readonly dimensions: number;
  readonly scan: { readonly p50: number; readonly p99: number };
  readonly decision: { readonly p50: number; readonly p99: number };
}

const KEPT = 5_000;
const ASKED = 500;

/** Keeps the first questions and asks with the next: what the request path pays. */
export async function timeScan(questions: readonly string[], embedder: Embedder): Promise<ScanTimes> {
  const texts = [...new Set(questions)].slice(0, KEPT + ASKED);
  const vectors = await embedder.embed(texts, 'query');
  const index = new ReuseIndex({ maxScopeComponents: KEPT * embedder.dimensions });
  const evidence = { passages: [] };
  texts.slice(0, KEPT).forEach((question, at) => {
    index.add('scope', { question, vector: vectors[at]!, evidence, answerId: String(at) });
  });
  const scans: number[] = [];
  const decisions: number[] = [];
  for (let at = KEPT; at < texts.length; at++) {
    const start = performance.now();
    const candidates = index.candidates('scope', vectors[at]!, defaultReuseOptions.candidates);
    const found = performance.now();
    decideReuse({ question: texts[at]!, evidence }, candidates, defaultReuseOptions);
    scans.push(found - start);
    decisions.push(performance.now() - found);
  }
  const dimensions = embedder.dimensions;
  return { kept: index.size, dimensions, scan: quantiles(scans), decision: quantiles(decisions) };
}

function quantiles(times: readonly number[]): { p50: number; p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Opens the index in a fresh process and searches it. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  openRetrieval,
  type Retrieval,
  type SearchMode,
  type SearchRequest,
} from '../../dist/retrieval/index.js';
import { corpusEmbedder, type Question, questions } from './corpus.js';
import { exactNearest } from './exact.js';

const WARM_UP = 30;
const MEASURED = 300;
const RECALL_QUESTIONS = 100;
const BATCH = 100;

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface LoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface SearchResult {
  readonly openMs: number;
  readonly firstAnswerMs: number;
  readonly idleRssMb: number;
  readonly searchedRssMb: number;
  readonly vector: Latency;
  readonly keyword: Latency;
  readonly hybrid: Latency;
  readonly filtered: Latency;
  readonly recallAt10: number;
  readonly batchSpeedUp: number;
  readonly loopDelayMaxMs: number;
  readonly loopDelayP99Ms: number;
}

export async function search(dataDir: string, chunks: number): Promise<SearchResult> {
  const asked = questions(WARM_UP + MEASURED, chunks);
  const startMs = performance.now();
  const retrieval = await openRetrieval({ dataDir }, { embedder: corpusEmbedder });
  try {
    await retrieval.warm('bench', 'corpus');
    const openMs = performance.now() - startMs;
    const idleRssMb = rssMb();
    await retrieval.retriever.search(request(asked[0] as Question, 'hybrid'));
    const firstAnswerMs = performance.now() - startMs;
    const delays: LoopDelay[] = [];
    const measure = (mode: SearchMode, extra: Partial<SearchRequest> = {}) =>
      latency(retrieval, asked, mode, delays, extra);
    const vector = await measure('vector');
    const keyword = await measure('keyword');
    const hybrid = await measure('hybrid');
    const filtered = await measure('hybrid', { filter: { shelf: 7 } });
    const searchedRssMb = rssMb();
    return {
      openMs,
      firstAnswerMs,
      idleRssMb,
      searchedRssMb,
      vector,
      keyword,
      hybrid,
      filtered,
      batchSpeedUp: await batchSpeedUp(retrieval, asked.slice(0, BATCH)),
      recallAt10: await recall(retrieval, asked.slice(0, RECALL_QUESTIONS), chunks),
      loopDelayMaxMs: Math.max(...delays.map((delay) => delay.maxMs)),
      loopDelayP99Ms: Math.max(...delays.map((delay) => delay.p99Ms)),
    };
  } finally {
    await retrieval.close();
  }
}

function request(question: Question, mode: SearchMode): SearchRequest {
  return { tenant: 'bench', collection: 'corpus', queries: [question.text], k: 10, mode, forceNew: true };
}

/** One question after another, as a single user would ask. The event loop is watched meanwhile. */
async function latency(
  retrieval: Retrieval,
  asked: readonly Question[],
  mode: SearchMode,
  delays: LoopDelay[],
  extra: Partial<SearchRequest>,
): Promise<Latency> {
  const times: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (const [at, question] of asked.entries()) {
    if (at === WARM_UP) delay.enable();
    const startMs = performance.now();
    await retrieval.retriever.search({ ...request(question, mode), ...extra });
    if (at >= WARM_UP) times.push(performance.now() - startMs);
  }
  delay.disable();
  delays.push({ p99Ms: delay.percentile(99) / 1e6, maxMs: delay.max / 1e6 });
  times.sort((a, b) => a - b);
  return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) };
}

async function batchSpeedUp(retrieval: Retrieval, asked: readonly Question[]): Promise<number> {
  const oneByOneMs = performance.now();
  for (const question of asked) await retrieval.retriever.search(request(question, 'hybrid'));
  const togetherMs = performance.now();
  const queries = asked.map((question) => question.text);
  await retrieval.retriever.search({ ...request(asked[0] as Question, 'hybrid'), queries });
  return (togetherMs - oneByOneMs) / (performance.now() - togetherMs);
}

/** Share of the ten exactly nearest chunks that vector search returns. */
async function recall(retrieval: Retrieval, asked: readonly Question[], chunks: number): Promise<number> {
  const truth = exactNearest(asked, chunks, 10);
  let found = 0;
  for (const [at, question] of asked.entries()) {
    const { results } = await retrieval.retriever.search(request(question, 'vector'));
    const numbers = new Set(results[0]?.map(({ text }) => Number(text.slice(1, text.indexOf(' ')))));
    found += (truth[at] as number[]).filter((chunk) => numbers.has(chunk)).length;
  }
  return found / (asked.length * 10);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function rssMb(): number {
  return process.memoryUsage().rss / 2 ** 20;
}

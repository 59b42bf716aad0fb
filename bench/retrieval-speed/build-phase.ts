/** Indexes the corpus as a first ingest would: commits of 2,000 chunks, then `optimise`. */
import { openIndexWriter } from '../../dist/retrieval/index.js';
import { corpusEmbedder, documents } from './corpus.js';

const COMMIT_CHUNKS = 2_000;

export interface BuildResult {
  readonly seconds: number;
  readonly optimiseSeconds: number;
  readonly rssMb: number;
}

export async function build(dataDir: string, chunks: number): Promise<BuildResult> {
  const writer = openIndexWriter({
    dataDir,
    tenant: 'bench',
    collection: 'corpus',
    embedder: corpusEmbedder,
  });
  const startMs = performance.now();
  for (const [document, parts] of documents(chunks)) {
    writer.put(document, parts);
    if (writer.pendingChunks >= COMMIT_CHUNKS) await writer.commit();
  }
  await writer.commit();
  const committedMs = performance.now();
  await writer.optimise();
  const endMs = performance.now();
  await writer.close();
  return {
    seconds: (endMs - startMs) / 1000,
    optimiseSeconds: (endMs - committedMs) / 1000,
    rssMb: process.resourceUsage().maxRSS / 1024,
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash } from '../../dist/core/index.js';
import {
  createEmbedder,
  openIndexWriter,
  openRetrieval,
  type SearchMode,
} from '../../dist/retrieval/index.js';
import type { Dataset, EvalPassage } from './datasets.js';

/** Finds passages; what is evaluated. */
export interface Ranker {
  /** Ids of the 10 best passages for each question. */
  rank(questions: readonly string[], mode: SearchMode): Promise<readonly (readonly string[])[]>;
  close(): Promise<void>;
}

const PLACE = { tenant: 'default', collection: 'evaluation' } as const;

/** Passages put between two commits. */
const COMMIT_CHUNKS = 2_000;

/** Indexes a corpus, one passage a chunk, with the built-in embedder and every setting at its default. */
export async function openEngine(dataset: Dataset): Promise<Ranker> {
  const dataDir = mkdtempSync(join(tmpdir(), 'narae-eval-'));
  try {
    await index(dataDir, dataset);
    const retrieval = await openRetrieval({ dataDir, resultCacheBytes: 0 });
    return {
      async rank(queries, mode) {
        const outcome = await retrieval.retriever.search({ ...PLACE, queries, k: 10, mode, forceNew: true });
        if (outcome.mode !== mode) throw new Error(`Asked for ${mode}, but ${outcome.mode} ran.`);
        return outcome.results.map((passages) => passages.map((passage) => passage.source));
      },
      async close() {
        await retrieval.close();
        rmSync(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  }
}

async function index(dataDir: string, dataset: Dataset): Promise<void> {
  const embedder = await createEmbedder({ kind: 'builtin' });
  const writer = openIndexWriter({ dataDir, ...PLACE, embedder });
  try {
    for (const passage of dataset.passages) {
      writer.put(...asDocument(passage, dataset.language));
      if (writer.pendingChunks >= COMMIT_CHUNKS) await writer.commit();
    }
    await writer.commit();
    await writer.optimise();
  } finally {
    await writer.close();
    await embedder.close();
  }
}

function asDocument({ id, title, text }: EvalPassage, language: Dataset['language']) {
  const headings = title === '' ? [] : [title];
  const hash = contentHash(JSON.stringify([headings, text]));
  const document = {
    source: id,
    title,
    mediaType: 'text/plain',
    language,
    origin: 'upload',
    bytes: Buffer.byteLength(text),
    contentHash: hash,
    text,
    metadata: {},
  } as const;
  const tokens = Math.ceil(text.length / 4);
  return [document, [{ text, headings, start: 0, end: text.length, tokens, language, hash }]] as const;
}

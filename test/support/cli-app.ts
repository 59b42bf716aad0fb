/** Stand-ins for tests of the command line: a terminal that remembers, and an app with one document. */
import type { AnswerRequest } from '../../src/answer/spec.js';
import type { App, Overview, Parts } from '../../src/cli/app.js';
import type { Terminal } from '../../src/cli/terminal.js';
import type { Config } from '../../src/config/index.js';
import type { NaraeError } from '../../src/core/index.js';
import type { IngestReport } from '../../src/ingest/spec.js';
import type { AnswerPart, Source } from '../../src/llm/spec.js';
import type { Collection, Passage, SearchRequest } from '../../src/retrieval/spec.js';

export class MemoryTerminal implements Terminal {
  stdout = '';
  stderr = '';
  readonly isInteractive = false;
  readonly outputClosed: AbortSignal = new AbortController().signal;
  out = (text: string): void => {
    this.stdout += text;
  };
  note = (line: string): void => {
    this.stderr += `${line}\n`;
  };
  style = (_style: string, text: string): string => text;
  flush = async (): Promise<void> => {};
}

export const SOURCE: Source = {
  n: 1,
  id: 'chunk-1',
  documentId: 'doc-1',
  source: '안내/환불.md',
  title: '환불',
  headings: ['환불', '기한'],
  text: '환불은 14일 안에 됩니다.',
  score: 0.9,
  position: { start: 0, end: 15 },
};

const COLLECTION: Collection = {
  name: 'default',
  version: 3,
  documents: 1,
  chunks: 1,
  embedder: 'builtin-1',
  languages: { ko: 1 },
  createdAtMs: 0,
  updatedAtMs: 0,
};

export const REPORT: IngestReport = {
  documents: { added: 1, changed: 0, removed: 0, unchanged: 0 },
  chunks: { embedded: 1, reused: 0, removed: 0 },
  skipped: [{ source: 'a.bin', reason: 'binary' }],
  skippedByReason: { binary: 1 },
  failed: [{ source: 'b.pdf', code: 'file_malformed', message: '"b.pdf" is damaged' }],
  failedCount: 1,
  languages: { ko: 1 },
  durationMs: 1234,
  version: 3,
};

/** What a test can change about the app, and read afterwards. */
export interface AppState {
  readonly collections: Collection[];
  readonly parts: AnswerPart[];
  readonly requests: AnswerRequest[];
  readonly searches: SearchRequest[];
  readonly folders: string[];
  openError: NaraeError | undefined;
  opened: number;
  closed: number;
  /** Outcome of indexing behind the server. */
  index: () => Promise<IngestReport | undefined>;
  /** Called when the server has started. */
  onStarted: () => void;
}

export function newAppState(): AppState {
  return {
    collections: [COLLECTION],
    parts: [
      { type: 'start', id: 'a', model: 'extractive', provider: 'extractive', createdAtMs: 0 },
      { type: 'sources', sources: [SOURCE, { ...SOURCE, n: 2 }] },
      { type: 'text-delta', text: '14일 ' },
      { type: 'text-delta', text: '안에 됩니다 [1].' },
      { type: 'finish', reason: 'stop' },
    ],
    requests: [],
    searches: [],
    folders: [],
    openError: undefined,
    opened: 0,
    closed: 0,
    index: async () => REPORT,
    onStarted: () => {},
  };
}

export function fakeApp(state: AppState): App {
  return {
    openParts: async (config) => {
      if (state.openError) throw state.openError;
      state.opened++;
      return fakeParts(state, config);
    },
    startNarae: async (config) => {
      if (state.openError) throw state.openError;
      setImmediate(state.onStarted);
      return {
        url: 'http://127.0.0.1:8000',
        parts: fakeParts(state, config),
        indexed: state.index(),
        overview: async () => overviewFor(config),
        close: async () => void state.closed++,
        cutOff: () => {},
        // Commands use neither; they are for other processes.
        lead: undefined as never,
        metrics: undefined as never,
      };
    },
  };
}

function overviewFor({ ingest }: Config): Overview {
  return {
    url: 'http://127.0.0.1:8000',
    served: { collection: ingest.collection, isOwnDocs: false },
    collection: COLLECTION,
    examples: ["What about “Don't”?", '“휴가”에 대해 알려 주세요'],
    embedder: { id: 'builtin-1', dimensions: 4 },
    llm: { provider: 'extractive', model: 'extractive' },
  };
}

function fakeParts(state: AppState, config: Config): Parts {
  const passage: Passage = {
    ...SOURCE,
    hash: 'h',
    tokens: 9,
    language: 'ko',
    position: { chunk: 0, start: 0, end: 15 },
  };
  const parts: Pick<Parts, 'tenant' | 'served' | 'llm' | 'changeEmbedders' | 'close'> = {
    tenant: 'local',
    served: { collection: config.ingest.collection, isOwnDocs: false },
    llm: { provider: 'extractive', model: 'extractive', listModels: async () => ['extractive'] },
    changeEmbedders: async () => {},
    close: async () => void state.closed++,
  };
  // Commands use a few methods of each part; the rest is left out on purpose.
  return {
    ...parts,
    store: {
      listCollections: async () => state.collections,
      getCollection: async () => COLLECTION,
    },
    retriever: {
      search: async (request: SearchRequest) => {
        state.searches.push(request);
        return { results: [[passage]], mode: request.mode };
      },
    },
    ingest: {
      ingestFolder: async (folder: string) => {
        state.folders.push(folder);
        return REPORT;
      },
    },
    flow: {
      answer: (request: AnswerRequest) => {
        state.requests.push(request);
        return { parts: batches(state.parts) };
      },
    },
    embedder: { id: 'builtin-1', dimensions: 4, embed: async () => [new Float32Array(4)] },
  } as unknown as Parts;
}

async function* batches(parts: readonly AnswerPart[]): AsyncGenerator<readonly AnswerPart[]> {
  for (const part of parts) yield [part];
}

import type { ChatEvent } from './chat-stream.js';
import { toFailure } from './failure.js';
import { followRun } from './follow-run.js';
import { type Access, request, requestJson } from './http.js';
import type {
  Collection,
  DocumentContent,
  DocumentPage,
  ModelInfo,
  PublicInfo,
  ServerInfo,
  Thread,
  ThreadInfo,
  ThreadPage,
  UploadReport,
} from './types.js';
import { type UploadOptions, uploadFile } from './upload.js';

const DOCUMENTS_PER_PAGE = 50;
const THREADS_PER_PAGE = 30;
const TURNS_PER_PAGE = 50;

export interface Question {
  readonly question: string;
  /** Made where there is none. */
  readonly thread: string;
  /** The turn to go on from; 0: from the beginning. */
  readonly after: number;
  readonly collection: string;
  /** Absent: the server's default. */
  readonly model?: string | undefined;
  /** True: neither the server's stored answer nor its stored search results are used. */
  readonly forceNew: boolean;
}

/** Every call that the page makes. All reject with an ApiFailure, or with the signal's AbortError. */
export interface Api {
  /** The whole of it only with a good key, where one is needed. */
  info(signal?: AbortSignal): Promise<PublicInfo | ServerInfo>;
  /** Whether the server is still bringing its folder in for the first time. */
  isStarting(): Promise<boolean>;
  models(): Promise<readonly ModelInfo[]>;
  collections(): Promise<readonly Collection[]>;
  createCollection(name: string): Promise<unknown>;
  documents(collection: string, cursor?: string, signal?: AbortSignal): Promise<DocumentPage>;
  content(collection: string, id: string, signal: AbortSignal): Promise<DocumentContent>;
  deleteDocument(collection: string, id: string): Promise<void>;
  upload(options: UploadOptions): Promise<UploadReport>;
  /** The answer goes on when the signal aborts; `stop` ends it. */
  ask(question: Question, signal: AbortSignal): AsyncGenerator<ChatEvent, void, void>;
  /** The events of an answer under way, from its beginning. */
  follow(run: string, signal: AbortSignal): AsyncGenerator<ChatEvent, void, void>;
  /** Ends an answer; what was written of it is kept. */
  stop(thread: string, run: string): Promise<void>;
  threads(cursor?: string, signal?: AbortSignal): Promise<ThreadPage>;
  /** The current branch, or that part of it before turn `before`. */
  thread(id: string, signal: AbortSignal, before?: number): Promise<Thread>;
  renameThread(id: string, title: string): Promise<ThreadInfo>;
  deleteThread(id: string): Promise<void>;
  /** Makes the branch through this turn the current one. */
  showTurn(thread: string, sequence: number): Promise<void>;
}

export function createApi(access: Access): Api {
  return {
    info: (signal) => requestJson(access, '/v1/info', { signal }),
    isStarting: async () => {
      const failure = await request(access, '/readyz').then(() => undefined, toFailure);
      return failure?.kind === 'refused' && failure.code === 'not_ready';
    },
    models: async () => (await requestJson<{ data: ModelInfo[] }>(access, '/v1/models')).data,
    collections: async () =>
      (await requestJson<{ collections: Collection[] }>(access, '/v1/collections')).collections,
    createCollection: (name) => requestJson(access, '/v1/collections', { method: 'POST', body: { name } }),
    documents: (collection, cursor, signal) =>
      requestJson(access, `${documentsPath(collection)}?${pageQuery(DOCUMENTS_PER_PAGE, cursor)}`, {
        signal,
      }),
    content: (collection, id, signal) =>
      requestJson(access, `${documentPath(collection, id)}/content`, { signal }),
    deleteDocument: async (collection, id) => {
      await request(access, documentPath(collection, id), { method: 'DELETE' });
    },
    upload: (options) => uploadFile(access, options),
    ...chatApi(access),
  };
}

type ChatCalls =
  | ('ask' | 'follow' | 'stop')
  | ('threads' | 'thread' | 'renameThread' | 'deleteThread' | 'showTurn');

function chatApi(access: Access): Pick<Api, ChatCalls> {
  const post = (path: string, body: object) => request(access, path, { method: 'POST', body });
  const resume = (run: string, lastId: number, signal: AbortSignal) =>
    request(access, `/chat/stream/${encodeURIComponent(run)}`, {
      ...(lastId > 0 && { headers: { 'last-event-id': String(lastId) } }),
      signal,
    });
  return {
    ask: (question, signal) =>
      followRun({
        open: () => request(access, '/chat/stream', { method: 'POST', body: questionBody(question), signal }),
        resume: (run, lastId) => resume(run, lastId, signal),
        signal,
      }),
    follow: (run, signal) =>
      followRun({
        run,
        open: () => resume(run, 0, signal),
        resume: (id, lastId) => resume(id, lastId, signal),
        signal,
      }),
    stop: async (thread, run) => {
      await post(`${threadPath(thread)}/runs/${encodeURIComponent(run)}/cancel`, {});
    },
    threads: (cursor, signal) =>
      requestJson(access, `/chat/threads?${pageQuery(THREADS_PER_PAGE, cursor)}`, { signal }),
    thread: (id, signal, before) => {
      const page = new URLSearchParams({
        limit: String(TURNS_PER_PAGE),
        ...(before && { before: `${before}` }),
      });
      return requestJson(access, `${threadPath(id)}?${page}`, { signal });
    },
    renameThread: (id, title) => requestJson(access, threadPath(id), { method: 'PATCH', body: { title } }),
    deleteThread: async (id) => {
      await request(access, threadPath(id), { method: 'DELETE' });
    },
    showTurn: async (thread, sequence) => {
      await post(`${threadPath(thread)}/head`, { sequence });
    },
  };
}

function questionBody({ question, thread, after, collection, model, forceNew }: Question): object {
  return {
    ...{ question, thread_id: thread, if_not_exists: 'create', after, collection },
    ...{ on_disconnect: 'continue', footnotes: false },
    ...(forceNew && { force_new: true }),
    ...(model !== undefined && { model }),
  };
}

function threadPath(id: string): string {
  return `/chat/threads/${encodeURIComponent(id)}`;
}

function documentsPath(collection: string): string {
  return `/v1/collections/${encodeURIComponent(collection)}/documents`;
}

function documentPath(collection: string, id: string): string {
  return `${documentsPath(collection)}/${encodeURIComponent(id)}`;
}

function pageQuery(limit: number, cursor: string | undefined): URLSearchParams {
  return new URLSearchParams({ limit: String(limit), ...(cursor && { cursor }) });
}

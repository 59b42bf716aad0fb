import { type ChatEvent, readChatStream } from './chat-stream.js';
import { ApiFailure } from './failure.js';
import { type Access, request, requestJson } from './http.js';
import type {
  ChatMessage,
  Collection,
  DocumentContent,
  DocumentPage,
  ModelInfo,
  PublicInfo,
  ServerInfo,
  UploadReport,
} from './types.js';
import { type UploadOptions, uploadFile } from './upload.js';

const DOCUMENTS_PER_PAGE = 50;

export interface Question {
  readonly messages: readonly ChatMessage[];
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
  models(): Promise<readonly ModelInfo[]>;
  collections(): Promise<readonly Collection[]>;
  createCollection(name: string): Promise<unknown>;
  documents(collection: string, cursor?: string, signal?: AbortSignal): Promise<DocumentPage>;
  content(collection: string, id: string, signal: AbortSignal): Promise<DocumentContent>;
  deleteDocument(collection: string, id: string): Promise<void>;
  upload(options: UploadOptions): Promise<UploadReport>;
  ask(question: Question, signal: AbortSignal): AsyncGenerator<ChatEvent, void, void>;
}

export function createApi(access: Access): Api {
  return {
    info: (signal) => requestJson(access, '/v1/info', { signal }),
    models: async () => (await requestJson<{ data: ModelInfo[] }>(access, '/v1/models')).data,
    collections: async () =>
      (await requestJson<{ collections: Collection[] }>(access, '/v1/collections')).collections,
    createCollection: (name) => requestJson(access, '/v1/collections', { method: 'POST', body: { name } }),
    documents: (collection, cursor, signal) =>
      requestJson(access, `${documentsPath(collection)}?${pageQuery(cursor)}`, { signal }),
    content: (collection, id, signal) =>
      requestJson(access, `${documentPath(collection, id)}/content`, { signal }),
    deleteDocument: async (collection, id) => {
      await request(access, documentPath(collection, id), { method: 'DELETE' });
    },
    upload: (options) => uploadFile(access, options),
    ask: (question, signal) => ask(access, question, signal),
  };
}

async function* ask(
  access: Access,
  { messages, collection, model, forceNew }: Question,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void, void> {
  const narae = { collection, footnotes: false, ...(forceNew && { force_new: true }) };
  const body = { messages, stream: true, narae, ...(model !== undefined && { model }) };
  const response = await request(access, '/v1/chat/completions', { method: 'POST', body, signal });
  if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
    throw new ApiFailure({ kind: 'garbled', status: response.status });
  yield* readChatStream(response.body);
}

function documentsPath(collection: string): string {
  return `/v1/collections/${encodeURIComponent(collection)}/documents`;
}

function documentPath(collection: string, id: string): string {
  return `${documentsPath(collection)}/${encodeURIComponent(id)}`;
}

function pageQuery(cursor: string | undefined): URLSearchParams {
  return new URLSearchParams({ limit: String(DOCUMENTS_PER_PAGE), ...(cursor && { cursor }) });
}

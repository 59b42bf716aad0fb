/** What the server sends, as docs/reference/api.md describes it. */

/** A passage that an answer rests on; `n` is the number of its `[n]` markers. */
export interface Source {
  readonly n: number;
  readonly id: string;
  readonly document_id: string;
  readonly source: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly text: string;
  readonly score: number;
  readonly position: { readonly start: number; readonly end: number };
}

/** The `narae` object of an answer: in a stream, in the first chunk; the last corrects `model` and `provider` after a fallback. */
export interface AnswerMeta {
  readonly sources: readonly Source[];
  readonly provider: string;
  readonly model: string;
  readonly collection: string;
}

export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface ServerInfo {
  readonly name: string;
  readonly version: string;
  readonly default_model: { readonly name: string; readonly provider: string };
  readonly default_collection: string;
  readonly embedder: string;
  readonly upload_limit_bytes: number;
  readonly auth_required: boolean;
  readonly examples: readonly string[];
}

/** What `/v1/info` tells without a key. */
export type PublicInfo = Pick<ServerInfo, 'name' | 'version' | 'auth_required'>;

export type DocumentLanguage = 'ko' | 'en' | 'other';

export interface Collection {
  readonly name: string;
  readonly version: number;
  readonly documents: number;
  readonly chunks: number;
  readonly languages: Readonly<Partial<Record<DocumentLanguage, number>>>;
}

export interface DocumentInfo {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly media_type: string;
  readonly language: DocumentLanguage;
  readonly origin: 'folder' | 'upload';
  readonly bytes: number;
  readonly chunks: number;
  readonly updated_at: string;
}

export interface DocumentPage {
  readonly documents: readonly DocumentInfo[];
  readonly next_cursor?: string;
}

export interface DocumentContent {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly media_type: string;
  readonly text: string;
}

export interface UploadReport {
  readonly documents: readonly { readonly id: string; readonly source: string; readonly chunks: number }[];
  readonly failed: readonly {
    readonly source: string;
    readonly error: { readonly message: string; readonly code: string };
  }[];
  readonly skipped: readonly { readonly source: string; readonly reason: string }[];
}

export interface ModelInfo {
  readonly id: string;
}

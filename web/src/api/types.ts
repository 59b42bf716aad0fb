/** What the server sends, as docs/reference/api.md describes it. */

/** A passage that an answer rests on; `n` is the number of its `[n]` markers. */
export interface Source {
  readonly n: number;
  readonly id: string;
  readonly document_id: string;
  readonly source: string;
  readonly title: string;
  readonly headings: readonly string[];
  /** Absent in a stored turn: then it stands in the document, at `position`. */
  readonly text?: string;
  readonly score: number;
  readonly position: { readonly start: number; readonly end: number };
}

/** What is known about an answer beside its text. */
export interface AnswerMeta {
  readonly sources: readonly Source[];
  readonly provider: string;
  readonly model: string;
  readonly collection: string;
  /** Of an answer that was kept from an earlier question: when it was written, or empty. */
  readonly keptSince?: string;
}

/** A conversation as the list shows it. */
export interface ThreadInfo {
  readonly id: string;
  /** The first question, cut, unless it was renamed; null while there is none. */
  readonly title: string | null;
  readonly updated_at: string;
}

export interface ThreadPage {
  readonly threads: readonly ThreadInfo[];
  readonly next_cursor?: string;
}

/** How the server's cache of answers took part; `stored_at` of an answer from before. */
export interface CacheFacts {
  readonly outcome: string;
  readonly stored_at?: string;
}

/** `interrupted`: stopped before it was complete. */
export type TurnStatus = 'complete' | 'interrupted' | 'failed';

/** A question with its answer, as it is stored. */
export interface StoredTurn {
  readonly sequence: number;
  /** The turn before it; 0 for a first one. */
  readonly parent: number;
  /** All turns with the same parent, itself among them. */
  readonly versions: readonly number[];
  /** The run that wrote it. */
  readonly run_id?: string | null;
  readonly status: TurnStatus;
  readonly error?: { readonly code: string; readonly message: string } | null;
  readonly question: string;
  readonly answer: string;
  readonly sources?: readonly Source[] | null;
  readonly model?: string | null;
  readonly provider?: string | null;
  readonly collection?: string | null;
  readonly finish_reason?: string | null;
  readonly cache?: CacheFacts | null;
}

/** An answer that is waited for or under way. */
export interface ActiveRun {
  readonly id: string;
  readonly status: 'pending' | 'running';
  readonly question: string;
  /** The turn that it goes on from; absent: the last one. */
  readonly after?: number | null;
}

export interface Thread {
  readonly thread: ThreadInfo;
  /** Of the current branch, oldest first. */
  readonly turns: readonly StoredTurn[];
  readonly runs: readonly ActiveRun[];
  /** Absent when no older turns are left. */
  readonly next_before?: number;
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

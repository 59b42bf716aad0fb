import { NaraeError } from '../../core/index.js';
import type { FilterValue } from '../../retrieval/spec.js';
import type { TextStructure } from '../chunking/index.js';

/** A file as it was read or uploaded. */
export interface SourceFile {
  /** Path below the folder, with `/`, in NFC. */
  readonly source: string;
  readonly bytes: Uint8Array;
}

export interface LoadLimits {
  /** Most bytes that a compressed document may unfold to. */
  readonly maxUncompressedBytes: number;
}

/** What a loader makes of a file. */
export interface LoadedText {
  /** Markdown-like text, or verbatim where `structure` says `plain` or `code`. */
  readonly text: string;
  readonly structure: TextStructure;
  /** The document's own title, when it names one. */
  readonly title?: string | undefined;
  readonly mediaType: string;
  readonly metadata: Readonly<Record<string, FilterValue>>;
}

/** Extracts text. Throws `file_malformed` or `file_unsafe`; anything else it throws is taken as damage. */
export type Loader = (file: SourceFile, limits: LoadLimits) => LoadedText | Promise<LoadedText>;

export function malformed(source: string, reason: string, cause?: unknown): NaraeError {
  return new NaraeError('file_malformed', { values: { source, reason }, cause });
}

export function unsafe(source: string, reason: string): NaraeError {
  return new NaraeError('file_unsafe', { values: { source, reason } });
}

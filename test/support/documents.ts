import { contentHash } from '../../src/core/hash.js';
import type { ChunkInput, DocumentInput, FilterValue, Language } from '../../src/retrieval/spec.js';

export interface DocumentDetails {
  readonly metadata?: Readonly<Record<string, FilterValue>>;
  readonly language?: Language;
  readonly title?: string;
}

/** A document whose chunks are the given texts, one a line. */
export function makeDocument(
  source: string,
  texts: readonly string[],
  details: DocumentDetails = {},
): [DocumentInput, ChunkInput[]] {
  const text = texts.join('\n');
  const language = details.language ?? 'en';
  let start = 0;
  const chunks = texts.map((chunk): ChunkInput => {
    const range = { start, end: start + chunk.length };
    start = range.end + 1;
    const tokens = chunk.split(' ').length;
    return { text: chunk, headings: [], ...range, tokens, language, hash: contentHash(chunk) };
  });
  const document: DocumentInput = {
    source,
    title: details.title ?? source,
    mediaType: 'text/plain',
    language,
    origin: 'folder',
    bytes: text.length,
    contentHash: contentHash(text),
    text,
    metadata: details.metadata ?? {},
  };
  return [document, chunks];
}

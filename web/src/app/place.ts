import type { Range } from '../sources/matching.js';

/** A document to open, and the passage in it. */
export interface DocumentPlace {
  readonly collection: string;
  readonly id: string;
  /** UTF-16 offsets into the document's text. */
  readonly passage?: Range;
}

/** What the page's address says: `/?thread=…&collection=…&document=…&start=…&end=…`, each half optional. */
export interface Place {
  /** The conversation; absent: a new one. */
  readonly thread?: string;
  /** The document beside it. Citations carry the address of one. */
  readonly document?: DocumentPlace;
}

export function parsePlace(query: string): Place {
  const parameters = new URLSearchParams(query);
  const thread = parameters.get('thread');
  const document = parseDocument(parameters);
  return { ...(thread && { thread }), ...(document && { document }) };
}

function parseDocument(parameters: URLSearchParams): DocumentPlace | undefined {
  const collection = parameters.get('collection');
  const id = parameters.get('document');
  if (!collection || !id) return undefined;
  const passage = parsePassage(parameters.get('start'), parameters.get('end'));
  return { collection, id, ...(passage && { passage }) };
}

function parsePassage(start: string | null, end: string | null): Range | undefined {
  if (!/^\d{1,12}$/.test(start ?? '') || !/^\d{1,12}$/.test(end ?? '')) return undefined;
  const range = { start: Number(start), end: Number(end) };
  return range.end > range.start ? range : undefined;
}

export function formatPlace({ thread, document }: Place): string {
  const parameters = new URLSearchParams();
  if (thread) parameters.set('thread', thread);
  if (document) {
    parameters.set('collection', document.collection);
    parameters.set('document', document.id);
  }
  if (document?.passage) {
    parameters.set('start', String(document.passage.start));
    parameters.set('end', String(document.passage.end));
  }
  return parameters.size > 0 ? `/?${parameters}` : '/';
}

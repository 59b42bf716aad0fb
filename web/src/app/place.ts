import type { Range } from '../sources/matching.js';

/** A document to open, and the passage in it. */
export interface DocumentPlace {
  readonly collection: string;
  readonly id: string;
  /** UTF-16 offsets into the document's text. */
  readonly passage?: Range;
}

/** Reads `/?collection=…&document=…&start=…&end=…`, the address that citations carry. */
export function parsePlace(query: string): DocumentPlace | undefined {
  const parameters = new URLSearchParams(query);
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

export function formatPlace({ collection, id, passage }: DocumentPlace): string {
  const parameters = new URLSearchParams({ collection, document: id });
  if (passage) {
    parameters.set('start', String(passage.start));
    parameters.set('end', String(passage.end));
  }
  return `/?${parameters}`;
}

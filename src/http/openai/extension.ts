import type { AnswerPart, Citation, RecallFacts, SearchFacts, Source, Writer } from '../../llm/spec.js';

export type StartPart = Extract<AnswerPart, { type: 'start' }>;

/** Which run of which thread an answer is. */
export interface RunPlace {
  readonly thread: string;
  readonly run: string;
}

/** The `narae` object of an answer. */
export function extensionJson(
  writer: Writer,
  sources: readonly Source[],
  search: SearchFacts | undefined,
  requestId: string,
  recall?: RecallFacts,
  place?: RunPlace,
) {
  return {
    sources: sources.map(sourceJson),
    ...writerJson(writer),
    ...searchJson(search),
    ...(recall && { cache: recallJson(recall) }),
    request_id: requestId,
    ...(place && { thread_id: place.thread, run_id: place.run }),
  };
}

/** Where was searched; nothing where nothing was. */
export function searchJson(search: SearchFacts | undefined) {
  if (search === undefined) return {};
  const { collection, collectionVersion, mode } = search;
  return { collection, collection_version: collectionVersion, search_mode: mode };
}

export function recallJson({ outcome, reason, storedAtMs, savedTokens, similarity, likeness }: RecallFacts) {
  return {
    outcome,
    reason,
    ...(storedAtMs !== undefined && { stored_at: new Date(storedAtMs).toISOString() }),
    ...(savedTokens !== undefined && { saved_tokens: savedTokens }),
    ...(similarity !== undefined && { similarity: rounded(similarity) }),
    ...(likeness !== undefined && { likeness: rounded(likeness) }),
  };
}

function rounded(share: number): number {
  return Math.round(share * 1_000) / 1_000;
}

/** Who wrote it, and since when it is stale, if it is. */
export function writerJson({ model, provider, staleSinceMs }: Writer) {
  return {
    provider,
    model,
    ...(staleSinceMs !== undefined && { stale_since: new Date(staleSinceMs).toISOString() }),
  };
}

export function sourceJson({ n, id, documentId, source, title, headings, text, score, position }: Source) {
  return { n, id, document_id: documentId, source, title, headings, text, score, position };
}

/** OpenAI's annotations for citations; `address` opens the page on this server. */
export function annotationsJson(
  citations: readonly Citation[],
  sources: readonly Source[],
  search: SearchFacts | undefined,
  address: string,
) {
  return citations.flatMap(({ n, start, end }) => {
    const source = sources.find((candidate) => candidate.n === n);
    if (source === undefined) return [];
    const citation = {
      start_index: start,
      end_index: end,
      title: source.title || source.source,
      url: documentUrl(source, search?.collection, address),
    };
    return [{ type: 'url_citation', url_citation: citation }];
  });
}

function documentUrl(
  { documentId, position }: Source,
  collection: string | undefined,
  address: string,
): string {
  const place = new URLSearchParams({ document: documentId });
  if (collection !== undefined) place.set('collection', collection);
  place.set('start', String(position.start));
  place.set('end', String(position.end));
  return `${address}/?${place}`;
}

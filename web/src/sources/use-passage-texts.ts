import { useEffect, useState } from 'react';
import type { Api } from '../api/client.js';
import type { AnswerMeta, Source } from '../api/types.js';

/** Documents that are read for their passages, one after the other; more sources stand there by their titles. */
const DOCUMENTS_LIMIT = 10;

const NONE: ReadonlyMap<number, string> = new Map();

/** The passages of a stored answer, which names them by place only, by source number; as they are read. */
export function usePassageTexts(api: Api, meta: AnswerMeta | undefined): ReadonlyMap<number, string> {
  const [texts, setTexts] = useState(NONE);
  useEffect(() => {
    const controller = new AbortController();
    setTexts(NONE);
    const missing = meta?.sources.filter(({ text }) => text === undefined) ?? [];
    if (meta && missing.length > 0) void readAll(api, meta.collection, missing, controller.signal, setTexts);
    return () => controller.abort();
  }, [api, meta]);
  return texts;
}

async function readAll(
  api: Api,
  collection: string,
  sources: readonly Source[],
  signal: AbortSignal,
  onTexts: (texts: ReadonlyMap<number, string>) => void,
): Promise<void> {
  const texts = new Map<number, string>();
  const documents = [...new Set(sources.map(({ document_id }) => document_id))];
  for (const id of documents.slice(0, DOCUMENTS_LIMIT)) {
    // What cannot be read, such as a deleted document, shows no passage.
    const content = await api.content(collection, id, signal).catch(() => undefined);
    if (signal.aborted) return;
    for (const { n, document_id, position } of sources)
      if (content && document_id === id) texts.set(n, content.text.slice(position.start, position.end));
    onTexts(new Map(texts));
  }
}

import { useCallback, useEffect, useRef, useState } from 'react';
import type { Api } from '../api/client.js';
import { type Failure, isAbort, toFailure } from '../api/failure.js';
import type { DocumentInfo } from '../api/types.js';

export type DocumentPages =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly failure: Failure }
  | {
      readonly status: 'ready';
      readonly documents: readonly DocumentInfo[];
      /** Absent on the last page. */
      readonly nextCursor: string | undefined;
    };

/** A collection's documents, a page at a time; read again when the collection's version changes. */
export function useDocuments(api: Api, collection: string, version: number) {
  const [pages, setPages] = useState<DocumentPages>({ status: 'loading' });

  /** Of the load under way: the next one ends it, so that no late page of another collection shows. */
  const latest = useRef(new AbortController());

  const load = useCallback(
    async (earlier: readonly DocumentInfo[], cursor: string | undefined) => {
      latest.current.abort();
      latest.current = new AbortController();
      const { signal } = latest.current;
      try {
        const page = await api.documents(collection, cursor, signal);
        const documents = [...earlier, ...page.documents];
        setPages({ status: 'ready', documents, nextCursor: page.next_cursor });
      } catch (thrown) {
        if (!isAbort(thrown)) setPages({ status: 'failed', failure: toFailure(thrown) });
      }
    },
    [api, collection],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version may hold other documents.
  useEffect(() => {
    void load([], undefined);
    return () => latest.current.abort();
  }, [load, version]);

  return {
    pages,
    reload: () => void load([], undefined),
    loadMore: () => {
      if (pages.status === 'ready' && pages.nextCursor) void load(pages.documents, pages.nextCursor);
    },
  };
}

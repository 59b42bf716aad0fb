import { useCallback, useEffect, useState } from 'react';
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

  const load = useCallback(
    async (earlier: readonly DocumentInfo[], cursor: string | undefined, signal?: AbortSignal) => {
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
    const controller = new AbortController();
    void load([], undefined, controller.signal);
    return () => controller.abort();
  }, [load, version]);

  return {
    pages,
    reload: () => void load([], undefined),
    loadMore: () => {
      if (pages.status === 'ready' && pages.nextCursor) void load(pages.documents, pages.nextCursor);
    },
  };
}

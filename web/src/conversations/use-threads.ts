import { useCallback, useEffect, useState } from 'react';
import type { Api } from '../api/client.js';
import { type Failure, isAbort, toFailure } from '../api/failure.js';
import type { ThreadInfo } from '../api/types.js';
import {
  addPage,
  firstPage,
  refreshFirstPage,
  type ThreadList,
  withoutThread,
  withThread,
} from './thread-list.js';
import { announce, onThreadNews } from './thread-news.js';

export interface Threads {
  /** Undefined until it is loaded. */
  readonly list: ThreadList | undefined;
  /** Why the last call did not work. */
  readonly failure: Failure | undefined;
  reload(): void;
  loadMore(): void;
  rename(thread: ThreadInfo, title: string): void;
  /** Resolves with whether it is gone. */
  remove(thread: ThreadInfo): Promise<boolean>;
}

/** The server's list of conversations; follows what this and other tabs do with them. */
export function useThreads(api: Api): Threads {
  const [list, setList] = useState<ThreadList>();
  const [failure, setFailure] = useState<Failure>();

  const attempt = useCallback(async (action: () => Promise<void>): Promise<boolean> => {
    try {
      await action();
      setFailure(undefined);
      return true;
    } catch (thrown) {
      if (!isAbort(thrown)) setFailure(toFailure(thrown));
      return false;
    }
  }, []);

  const reload = useCallback(
    (signal?: AbortSignal) =>
      attempt(async () => {
        const page = await api.threads(undefined, signal);
        setList((before) => (before ? refreshFirstPage(before, page) : firstPage(page)));
      }),
    [api, attempt],
  );

  useEffect(() => {
    const controller = new AbortController();
    void reload(controller.signal);
    const hush = onThreadNews(() => void reload(controller.signal));
    return () => {
      hush();
      controller.abort();
    };
  }, [reload]);

  const change = (edit: (before: ThreadList) => ThreadList) => setList((before) => before && edit(before));

  return {
    list,
    failure,
    reload: () => void reload(),
    loadMore: () =>
      void attempt(async () => {
        const page = await api.threads(list?.nextCursor);
        change((before) => addPage(before, page));
      }),
    rename: (thread, title) =>
      void attempt(async () => {
        change((before) => withThread(before, { ...thread, title }));
        await api.renameThread(thread.id, title);
        announce('changed', thread.id);
      }),
    remove: (thread) =>
      attempt(async () => {
        await api.deleteThread(thread.id);
        change((before) => withoutThread(before, thread.id));
        announce('deleted', thread.id);
      }),
  };
}

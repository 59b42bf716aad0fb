import { useEffect, useState } from 'react';
import type { Api } from '../api/client.js';

const LOOK_AGAIN_MS = 1000;

/**
 * True while the server brings its folder in for the first time, where the page was opened before anything was in;
 * `refresh` is called as it goes on, and once more when it is over.
 */
export function useFirstIndex(api: Api, isEmpty: boolean, refresh: () => void): boolean {
  const [isIndexing, setIndexing] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the page finds when it opens decides.
  useEffect(() => {
    if (!isEmpty) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isClosed = false;
    const look = async () => {
      const starting = await api.isStarting();
      if (isClosed) return;
      setIndexing(starting);
      refresh();
      if (starting) timer = setTimeout(() => void look(), LOOK_AGAIN_MS);
    };
    void look();
    return () => {
      isClosed = true;
      clearTimeout(timer);
    };
  }, []);
  return isIndexing;
}

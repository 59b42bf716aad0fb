import { useSyncExternalStore } from 'react';

/** Below this width the side panel becomes a sheet over the page; the same figure stands in styles/layout.css. */
export const WIDE = '(min-width: 1000px)';

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const list = matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    () => matchMedia(query).matches,
  );
}

import { useCallback, useEffect, useRef, useState } from 'react';
import type { DocumentPlace } from './place.js';
import type { usePlace } from './use-place.js';

/** What stands below an open document, or alone. */
export type List =
  | { readonly kind: 'none' }
  | { readonly kind: 'sources'; readonly turnId: string; readonly takeFocus: boolean }
  | { readonly kind: 'documents'; readonly takeFocus: true };

const NONE: List = { kind: 'none' };

/** The side panel: a list, and over it possibly a document. Closing gives the focus back to what opened it. */
export function usePanel({
  thread,
  document: open,
  showDocument,
  hideDocument,
}: ReturnType<typeof usePlace>) {
  const [list, setList] = useState<List>(NONE);
  const opener = useRef<Element>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the sources of one conversation say nothing in another.
  useEffect(() => setList((before) => (before.kind === 'sources' ? NONE : before)), [thread]);

  const rememberOpener = useCallback(() => {
    if (!document.activeElement?.closest('.panel')) opener.current = document.activeElement;
  }, []);

  const showList = useCallback(
    (next: List) => {
      rememberOpener();
      if (open) hideDocument();
      setList(next);
    },
    [open, hideDocument, rememberOpener],
  );

  const openDocument = useCallback(
    (place: DocumentPlace, question: string) => {
      rememberOpener();
      showDocument(place, question);
    },
    [showDocument, rememberOpener],
  );

  const close = useCallback(() => {
    if (open) hideDocument();
    setList(NONE);
    if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
  }, [open, hideDocument]);

  const isOpen = open !== undefined || list.kind !== 'none';
  return { document: open, list, isOpen, showList, openDocument, back: hideDocument, close };
}

import { useCallback, useRef, useState } from 'react';
import type { DocumentPlace } from './place.js';
import { useDocumentPlace } from './use-document-place.js';

/** What stands below an open document, or alone. */
export type List =
  | { readonly kind: 'none' }
  | { readonly kind: 'sources'; readonly turnId: string; readonly takeFocus: boolean }
  | { readonly kind: 'documents'; readonly takeFocus: true };

const NONE: List = { kind: 'none' };

/** The side panel: a list, and over it possibly a document. Closing gives the focus back to what opened it. */
export function usePanel() {
  const { open, show, hide } = useDocumentPlace();
  const [list, setList] = useState<List>(NONE);
  const opener = useRef<Element>(null);

  const rememberOpener = useCallback(() => {
    if (!document.activeElement?.closest('.panel')) opener.current = document.activeElement;
  }, []);

  const showList = useCallback(
    (next: List) => {
      rememberOpener();
      if (open) hide();
      setList(next);
    },
    [open, hide, rememberOpener],
  );

  const openDocument = useCallback(
    (place: DocumentPlace, question: string) => {
      rememberOpener();
      show(place, question);
    },
    [show, rememberOpener],
  );

  const close = useCallback(() => {
    if (open) hide();
    setList(NONE);
    if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
  }, [open, hide]);

  const isOpen = open !== undefined || list.kind !== 'none';
  return { document: open, list, isOpen, showList, openDocument, back: hide, close };
}

import { useCallback, useEffect, useState } from 'react';
import { type DocumentPlace, formatPlace, parsePlace } from './place.js';

/** A document as it was opened on this page. */
export interface OpenDocument extends DocumentPlace {
  /** The question that led here; its words are marked in the passage. */
  readonly question: string;
}

interface HistoryState {
  /** True on entries that this page pushed: going back from them stays on the page. */
  readonly narae: true;
  readonly question: string;
}

/**
 * The open document, kept in the address: it can be shared, and the browser's back button (on a phone, the
 * gesture) closes it.
 */
export function useDocumentPlace() {
  const [open, setOpen] = useState<OpenDocument | undefined>(fromLocation);
  useEffect(() => {
    const follow = () => setOpen(fromLocation());
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);

  const show = useCallback((place: DocumentPlace, question: string) => {
    const state: HistoryState = { narae: true, question };
    if (historyState()) history.replaceState(state, '', formatPlace(place));
    else history.pushState(state, '', formatPlace(place));
    setOpen({ ...place, question });
  }, []);

  const hide = useCallback(() => {
    if (historyState()) history.back();
    else history.replaceState(null, '', '/');
    setOpen(undefined);
  }, []);

  return { open, show, hide };
}

function fromLocation(): OpenDocument | undefined {
  const place = parsePlace(location.search);
  return place && { ...place, question: historyState()?.question ?? '' };
}

function historyState(): HistoryState | undefined {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && 'narae' in state
    ? (state as HistoryState)
    : undefined;
}

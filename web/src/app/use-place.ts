import { useCallback, useEffect, useRef, useState } from 'react';
import { newId } from '../ui/new-id.js';
import { type DocumentPlace, formatPlace, parsePlace } from './place.js';

/** A document as it was opened on this page. */
export interface OpenDocument extends DocumentPlace {
  /** The question that led here; its words are marked in the passage. */
  readonly question: string;
}

/** Where the reader is. A new conversation has its id from the beginning, and its address from its first question. */
interface Here {
  readonly thread: string;
  readonly isNew: boolean;
  readonly document?: OpenDocument;
}

/** What each entry of the browser's history that this page made remembers. */
interface HistoryState {
  readonly thread: string;
  readonly question: string;
  /** True: made for the document, so that going back closes it. */
  readonly isOver: boolean;
}

/**
 * The conversation and the open document, kept in the address: it can be shared and reloaded, and the browser's back
 * button (on a phone, the gesture) closes the document and goes back to the conversation before.
 */
export function usePlace() {
  const [here, setHere] = useState<Here>(() => hereFromLocation(newId()));
  /** What `here` is, or will be with the next drawing. */
  const latest = useRef(here);
  /** Conversations that began on this page: entries from before their first question learn the address here. */
  const begun = useRef(new Set<string>());

  const move = useCallback((next: Here, how?: 'pushState' | 'replaceState', isOver = false) => {
    if (how) write(how, next, isOver);
    latest.current = next;
    setHere(next);
  }, []);

  useEffect(() => {
    write('replaceState', latest.current, isOverDocument());
    const follow = () => {
      const found = hereFromLocation(historyState()?.thread ?? latest.current.thread);
      const isNew = found.isNew && !begun.current.has(found.thread);
      move({ ...found, isNew }, 'replaceState', isOverDocument());
    };
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, [move]);

  const showDocument = useCallback(
    (document: DocumentPlace, question: string) => {
      const next = { ...latest.current, document: { ...document, question } };
      move(next, isOverDocument() ? 'replaceState' : 'pushState', true);
    },
    [move],
  );

  const hideDocument = useCallback(() => {
    const { document: _, ...next } = latest.current;
    if (isOverDocument()) history.back();
    move(next, isOverDocument() ? undefined : 'replaceState');
  }, [move]);

  /** Another conversation; undefined: a new one. In place of an open document, and of a conversation that is gone. */
  const openThread = useCallback(
    (thread: string | undefined, insteadOfThis = false) => {
      const next = { thread: thread ?? newId(), isNew: thread === undefined };
      move(next, insteadOfThis || isOverDocument() ? 'replaceState' : 'pushState');
    },
    [move],
  );

  /** The first question was asked: from now on the address names the conversation. */
  const keepThread = useCallback(() => {
    if (!latest.current.isNew) return;
    begun.current.add(latest.current.thread);
    move({ ...latest.current, isNew: false }, 'replaceState', isOverDocument());
  }, [move]);

  return { ...here, showDocument, hideDocument, openThread, keepThread };
}

function hereFromLocation(newThread: string): Here {
  const { thread, document } = parsePlace(location.search);
  const question = historyState()?.question ?? '';
  return {
    thread: thread ?? newThread,
    isNew: thread === undefined,
    ...(document && { document: { ...document, question } }),
  };
}

function write(how: 'pushState' | 'replaceState', here: Here, isOver: boolean): void {
  const { thread, isNew, document } = here;
  const state: HistoryState = { thread, question: document?.question ?? '', isOver };
  history[how](state, '', formatPlace({ ...(!isNew && { thread }), ...(document && { document }) }));
}

function historyState(): HistoryState | undefined {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && 'isOver' in state
    ? (state as HistoryState)
    : undefined;
}

/** Whether the browser's current entry was made for a document. */
function isOverDocument(): boolean {
  return historyState()?.isOver ?? false;
}

import { useEffect, useMemo, useRef, useState } from 'react';
import type { Api } from '../api/client.js';
import { type Failure, isAbort, toFailure } from '../api/failure.js';
import type { DocumentContent } from '../api/types.js';
import type { OpenDocument } from '../app/use-place.js';
import { useI18n } from '../i18n/i18n.js';
import { findMatches, type Range } from '../sources/matching.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { type Line, layoutLines, type Piece } from './text-lines.js';

/** Characters drawn before and after the passage, and added by each "show more". */
const WINDOW_CHARACTERS = 40_000;

export type LoadedDocument =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'ready'; readonly content: DocumentContent };

/** Loads the open document's text; another document or leaving aborts it. */
export function useDocument(api: Api, place: OpenDocument | undefined) {
  const [document, setDocument] = useState<LoadedDocument>({ status: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const collection = place?.collection;
  const id = place?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is there to load again.
  useEffect(() => {
    if (collection === undefined || id === undefined) return;
    const controller = new AbortController();
    setDocument({ status: 'loading' });
    api.content(collection, id, controller.signal).then(
      (content) => setDocument({ status: 'ready', content }),
      (thrown: unknown) => {
        if (!isAbort(thrown)) setDocument({ status: 'failed', failure: toFailure(thrown) });
      },
    );
    return () => controller.abort();
  }, [api, collection, id, attempt]);
  return { document, reload: () => setAttempt((count) => count + 1) };
}

export interface DocumentViewProps {
  readonly document: LoadedDocument;
  readonly place: OpenDocument;
  readonly onReload: () => void;
}

/** A document's text, opened at the passage. */
export function DocumentView({ document, place, onReload }: DocumentViewProps) {
  const { t } = useI18n();
  switch (document.status) {
    case 'loading':
      return <p className="panel-note">{t.loading}…</p>;
    case 'failed':
      return <FailureNotice failure={document.failure} onRetry={onReload} />;
    case 'ready':
      return <DocumentText key={keyOf(place)} content={document.content} place={place} />;
  }
}

function keyOf({ id, passage }: OpenDocument): string {
  return `${id}:${passage?.start ?? ''}`;
}

function DocumentText({
  content,
  place,
}: {
  readonly content: DocumentContent;
  readonly place: OpenDocument;
}) {
  const { t } = useI18n();
  const { text, media_type: mediaType } = content;
  const { passage, question } = place;
  const [window, setWindow] = useState(() => windowAround(text, passage));
  const target = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => {
    const marks = passage ? matchesIn(question, text, passage) : [];
    return layoutLines(text, { mediaType, window, passage, marks });
  }, [text, mediaType, window, passage, question]);
  const firstCited = lines.findIndex(({ pieces }) => pieces.some(({ cited }) => cited));
  useEffect(() => {
    target.current?.scrollIntoView({ block: 'start' });
  }, []);

  return (
    <div className="document-text">
      {window.start > 0 && (
        <button type="button" className="button" onClick={() => setWindow(widen(window, -1, text.length))}>
          {t.showEarlier}
        </button>
      )}
      {lines.map((line, index) => (
        <LineView key={line.start} line={line} {...(index === firstCited && { anchor: target })} />
      ))}
      {window.end < text.length && (
        <button type="button" className="button" onClick={() => setWindow(widen(window, 1, text.length))}>
          {t.showLater}
        </button>
      )}
    </div>
  );
}

interface LineViewProps {
  readonly line: Line;
  /** Given on the first line of the passage. */
  readonly anchor?: React.RefObject<HTMLDivElement | null>;
}

function LineView({ line, anchor }: LineViewProps) {
  const { t } = useI18n();
  const cited = line.pieces.some((piece) => piece.cited);
  return (
    <div className={cited ? `line ${line.kind} cited` : `line ${line.kind}`} ref={anchor}>
      {anchor && <span className="visually-hidden">{t.passageHere}: </span>}
      {line.pieces.map((piece) => (
        <PieceView key={piece.start} piece={piece} />
      ))}
    </div>
  );
}

function PieceView({ piece }: { readonly piece: Piece }) {
  if (piece.marked) return <mark>{piece.text}</mark>;
  return piece.cited ? <span className="cited-text">{piece.text}</span> : piece.text;
}

function matchesIn(question: string, text: string, { start, end }: Range): Range[] {
  const found = findMatches(question, text.slice(start, end));
  return found.map((range) => ({ start: range.start + start, end: range.end + start }));
}

function windowAround(text: string, passage: Range | undefined): Range {
  const { start, end } = passage ?? { start: 0, end: 0 };
  return {
    start: Math.max(0, Math.min(start, text.length) - WINDOW_CHARACTERS),
    end: Math.min(text.length, end + WINDOW_CHARACTERS),
  };
}

function widen(window: Range, direction: -1 | 1, length: number): Range {
  if (direction < 0) return { start: Math.max(0, window.start - WINDOW_CHARACTERS), end: window.end };
  return { start: window.start, end: Math.min(length, window.end + WINDOW_CHARACTERS) };
}

import { memo, useCallback, useState } from 'react';
import type { Source } from '../api/types.js';
import { useI18n } from '../i18n/i18n.js';
import { Markdown } from '../markdown/markdown.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { PencilIcon } from '../ui/icons.js';
import { AnswerTools } from './answer-tools.js';
import { isRunning, type Turn } from './conversation.js';
import { ExtractiveNote } from './extractive-note.js';
import { QuestionEditor } from './question-editor.js';
import { VersionSwitch } from './version-switch.js';

/** What of a turn decides how a source is opened; neither changes while the answer's text grows. */
export type Asked = Pick<Turn, 'question' | 'meta'>;

export interface TurnActions {
  onOpenSource(source: Source, asked: Asked): void;
  onShowSources(turn: Turn): void;
  onAskAgain(turn: Turn): void;
  onEdit(turn: Turn, question: string): void;
  /** Shows another version, by its number. */
  onShow(sequence: number): void;
}

export interface TurnViewProps {
  readonly turn: Turn;
  readonly isLast: boolean;
  /** True: an answer is under way in this conversation, so that nothing can be asked or switched. */
  readonly isBusy: boolean;
  readonly actions: TurnActions;
}

/** A question as a heading, its answer below. */
export const TurnView = memo(function TurnView({ turn, isLast, isBusy, actions }: TurnViewProps) {
  const [edit, setEdit] = useState<'none' | 'open' | 'cancelled'>('none');
  const editing = edit === 'open';
  return (
    <article className="turn" data-status={turn.phase.status} aria-labelledby={`question-${turn.id}`}>
      <h2 className="turn-question" id={`question-${turn.id}`} hidden={editing}>
        {turn.question}
      </h2>
      {editing && (
        <QuestionEditor
          question={turn.question}
          onSend={(question) => {
            setEdit('none');
            actions.onEdit(turn, question);
          }}
          onCancel={() => setEdit('cancelled')}
        />
      )}
      <VersionSwitch turn={turn} isBusy={isBusy} onShow={actions.onShow} />
      <AnswerText turn={turn} actions={actions} />
      <AnswerEnd turn={turn} actions={actions} />
      {!isRunning(turn) && (
        <AnswerTools turn={turn} isLast={isLast} actions={actions}>
          {!isBusy && !editing && (
            <EditButton takeFocus={edit === 'cancelled'} onEdit={() => setEdit('open')} />
          )}
        </AnswerTools>
      )}
    </article>
  );
});

interface EditButtonProps {
  /** True: the editing that it began was cancelled. */
  readonly takeFocus: boolean;
  readonly onEdit: () => void;
}

function EditButton({ takeFocus, onEdit }: EditButtonProps) {
  const { t } = useI18n();
  return (
    // biome-ignore lint/a11y/noAutofocus: it comes back where the reader was.
    <button type="button" className="quiet-button" onClick={onEdit} autoFocus={takeFocus}>
      <PencilIcon />
      <span>{t.editQuestion}</span>
    </button>
  );
}

export type PartProps = Pick<TurnViewProps, 'turn' | 'actions'>;

function AnswerText({ turn, actions }: PartProps) {
  const { t } = useI18n();
  const { question, meta } = turn;
  const renderCitation = useCallback(
    (n: number) => {
      const source = meta?.sources.find((candidate) => candidate.n === n);
      const open = (found: Source) => actions.onOpenSource(found, { question, ...(meta && { meta }) });
      return source && <CitationChip source={source} onOpen={() => open(source)} />;
    },
    [question, meta, actions],
  );
  if (turn.phase.status === 'waiting')
    return <p className="waiting">{turn.meta ? t.answering : t.searching}</p>;
  return (
    <div className="answer">
      <Markdown text={withoutOpenMarker(turn)} renderCitation={renderCitation} />
    </div>
  );
}

/** While an answer streams, a marker that has only half arrived (`[1`) is held back instead of flashing up. */
function withoutOpenMarker(turn: Turn): string {
  return isRunning(turn) ? turn.text.replace(/\[\d*$/, '') : turn.text;
}

function CitationChip({ source, onOpen }: { readonly source: Source; readonly onOpen: () => void }) {
  const { t } = useI18n();
  const label = t.sourceLabel(source.n, source.title);
  return (
    <button
      type="button"
      className="citation"
      data-citation={source.n}
      onClick={onOpen}
      aria-label={label}
      title={source.title}
    >
      {source.n}
    </button>
  );
}

/** How the answer ended, wherever that is not simply well. */
function AnswerEnd({ turn, actions }: PartProps) {
  const { t } = useI18n();
  const { phase } = turn;
  switch (phase.status) {
    case 'waiting':
    case 'streaming':
      return null;
    case 'stopped':
      return <p className="note">{t.stopped}</p>;
    case 'failed': {
      const title = turn.text === '' ? t.failedTitle : t.cutTitle;
      return <FailureNotice failure={phase.failure} title={title} onRetry={() => actions.onAskAgain(turn)} />;
    }
    case 'done':
      return <DoneNote turn={turn} reason={phase.reason} />;
  }
}

function DoneNote({ turn, reason }: { readonly turn: Turn; readonly reason: string }) {
  const { t } = useI18n();
  if (reason === 'length') return <p className="note">{t.cutAtLimit}</p>;
  if (reason === 'content_filter') return <p className="note">{t.filtered}</p>;
  if (turn.text.trim() === '') return <p className="note">{t.emptyAnswer}</p>;
  return turn.meta?.provider === 'extractive' ? <ExtractiveNote about="answer" /> : null;
}

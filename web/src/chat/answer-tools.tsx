import type { ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.js';
import { CopyButton } from '../ui/copy-button.js';
import { formatAgo } from '../ui/format.js';
import { RetryIcon, SourcesIcon } from '../ui/icons.js';
import type { Turn } from './conversation.js';
import type { PartProps } from './turn-view.js';

export interface AnswerToolsProps extends PartProps {
  readonly isLast: boolean;
  readonly children: ReactNode;
}

/** What can be done with an answer that is over. */
export function AnswerTools({ turn, isLast, actions, children }: AnswerToolsProps) {
  const { t } = useI18n();
  const isKept = turn.meta?.keptSince !== undefined;
  const sources = turn.meta?.sources ?? [];
  return (
    <div className="turn-tools">
      {sources.length > 0 && (
        <button
          type="button"
          className="quiet-button sources-button"
          onClick={() => actions.onShowSources(turn)}
        >
          <SourcesIcon />
          <span>{t.sourcesOf(sources.length)}</span>
        </button>
      )}
      {turn.text !== '' && <CopyButton text={turn.text} label={t.copyAnswer} />}
      {children}
      {(isLast || isKept) && turn.phase.status !== 'failed' && (
        <button type="button" className="quiet-button" onClick={() => actions.onAskAgain(turn)}>
          <RetryIcon />
          <span>{isKept ? t.askAnew : t.askAgain}</span>
        </button>
      )}
      <AnswerOrigin turn={turn} />
    </div>
  );
}

/** Which model wrote the answer, and that it was kept from an earlier question. */
function AnswerOrigin({ turn: { meta } }: { readonly turn: Turn }) {
  const { t, language } = useI18n();
  if (!meta) return null;
  const kept = meta.keptSince !== undefined && t.keptAnswer(formatAgo(meta.keptSince, Date.now(), language));
  return (
    <span className="turn-origin">
      {kept && <span className="kept-mark">{kept}</span>}
      {meta.provider !== 'extractive' && meta.model !== '' && (
        <span className="turn-model">{meta.model}</span>
      )}
    </span>
  );
}

import { memo, useMemo } from 'react';
import type { Api } from '../api/client.js';
import type { Source } from '../api/types.js';
import type { Turn } from '../chat/conversation.js';
import type { Asked } from '../chat/turn-view.js';
import { useI18n } from '../i18n/i18n.js';
import { MarkedText } from './marked-text.js';
import { makeSnippet } from './snippet.js';
import { usePassageTexts } from './use-passage-texts.js';

export interface SourceListProps {
  readonly api: Api;
  readonly turn: Turn;
  readonly onOpen: (source: Source, asked: Asked) => void;
}

/** The passages that an answer rests on, with the question's words marked. */
export function SourceList({ api, turn, onOpen }: SourceListProps) {
  const { t } = useI18n();
  const texts = usePassageTexts(api, turn.meta);
  const sources = turn.meta?.sources;
  if (!sources) return turn.phase.status === 'waiting' ? <SourceSkeleton /> : null;
  if (sources.length === 0) return <p className="panel-note">{t.noSources}</p>;
  return (
    <ol className="source-list">
      {sources.map((source) => (
        <li key={source.n} data-source={source.n}>
          <SourceCard
            source={source}
            text={source.text ?? texts.get(source.n)}
            question={turn.question}
            onOpen={() => onOpen(source, turn)}
          />
        </li>
      ))}
    </ol>
  );
}

interface SourceCardProps {
  readonly source: Source;
  /** The passage; undefined until it is there. */
  readonly text: string | undefined;
  readonly question: string;
  readonly onOpen: () => void;
}

const SourceCard = memo(
  function SourceCard({ source, text, question, onOpen }: SourceCardProps) {
    const snippet = useMemo(() => text && makeSnippet(question, text), [question, text]);
    return (
      <button type="button" className="source-card" onClick={onOpen}>
        <span className="source-number">{source.n}</span>
        <span className="source-title">{source.title}</span>
        <SourcePath source={source} />
        {snippet && (
          <span className="source-snippet">
            <MarkedText {...snippet} />
          </span>
        )}
      </button>
    );
  },
  (before, after) =>
    before.source === after.source && before.text === after.text && before.question === after.question,
);

/** The headings above the passage; for a document without headings, its file. */
function SourcePath({ source }: { readonly source: Source }) {
  const headings = source.headings.filter((heading) => heading !== source.title);
  const path = headings.length > 0 ? headings.join(' › ') : source.source;
  return path === source.title ? null : <span className="source-path">{path}</span>;
}

function SourceSkeleton() {
  const { t } = useI18n();
  return (
    <div className="skeleton" aria-label={t.loading} role="img">
      <span />
      <span />
      <span />
    </div>
  );
}

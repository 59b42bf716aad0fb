import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Api } from '../api/client.js';
import type { ThreadInfo } from '../api/types.js';
import { useI18n } from '../i18n/i18n.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { CloseIcon, NewChatIcon } from '../ui/icons.js';
import { ConversationRow } from './conversation-row.js';
import { useThreads } from './use-threads.js';

export interface ConversationListProps {
  readonly api: Api;
  /** The open conversation. */
  readonly current: string;
  readonly onOpen: (thread: string) => void;
  readonly onNew: () => void;
  /** The open conversation was deleted here. */
  readonly onCurrentDeleted: () => void;
  readonly onClose: () => void;
  /** True: the list covers the page, so the focus goes there. */
  readonly takeFocus: boolean;
}

/** How often the times of the list are told anew. */
const CLOCK_MS = 60_000;

/** The side with the conversations; on a narrow screen a drawer over the page. */
export function ConversationList(props: ConversationListProps) {
  const { api, current, onOpen, onNew, onCurrentDeleted, onClose, takeFocus } = props;
  const { t } = useI18n();
  const threads = useThreads(api);
  const [notice, setNotice] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takeFocus) heading.current?.focus({ preventScroll: true });
  }, [takeFocus]);

  const remove = async (thread: ThreadInfo) => {
    if (!(await threads.remove(thread))) return;
    setNotice(t.conversationDeleted);
    heading.current?.focus();
    if (thread.id === current) onCurrentDeleted();
  };
  return (
    <nav className="conversations" id="conversations" aria-labelledby="conversations-title">
      <div className="conversations-head">
        <h2 id="conversations-title" ref={heading} tabIndex={-1}>
          {t.conversations}
        </h2>
        <button
          type="button"
          className="icon-button"
          onClick={onNew}
          aria-label={t.newChat}
          title={t.newChat}
        >
          <NewChatIcon />
        </button>
        <button type="button" className="icon-button" onClick={onClose} aria-label={t.close}>
          <CloseIcon />
        </button>
      </div>
      <p className="visually-hidden" role="status">
        {notice}
      </p>
      {threads.failure && <FailureNotice failure={threads.failure} onRetry={threads.reload} />}
      <Rows
        list={threads.list?.threads}
        hasFailed={threads.failure !== undefined}
        {...{ current, onOpen }}
        onRename={threads.rename}
        onDelete={(thread) => void remove(thread)}
      />
      {threads.list?.nextCursor && (
        <button type="button" className="button" onClick={threads.loadMore}>
          {t.loadMore}
        </button>
      )}
    </nav>
  );
}

interface RowsProps {
  readonly list: readonly ThreadInfo[] | undefined;
  readonly hasFailed: boolean;
  readonly current: string;
  readonly onOpen: (thread: string) => void;
  readonly onRename: (thread: ThreadInfo, title: string) => void;
  readonly onDelete: (thread: ThreadInfo) => void;
}

function Rows({ list, hasFailed, current, ...actions }: RowsProps) {
  const { t } = useI18n();
  const now = useNow();
  if (!list) return hasFailed ? null : <p className="panel-note">{t.loading}…</p>;
  if (list.length === 0) return <p className="panel-note">{t.conversationsNone}</p>;
  return (
    <ul className="conversation-rows" onKeyDown={moveByArrows}>
      {list.map((thread) => (
        <ConversationRow
          key={thread.id}
          thread={thread}
          isCurrent={thread.id === current}
          now={now}
          {...actions}
        />
      ))}
    </ul>
  );
}

/** Arrow keys go from one conversation to the next; Tab goes through everything. */
function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const target = event.target as Element;
  if (step === undefined || !target.matches('.conversation-link')) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('.conversation-link')];
  event.preventDefault();
  links[links.indexOf(target as HTMLElement) + step]?.focus();
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), CLOCK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

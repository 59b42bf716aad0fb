import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import type { ThreadInfo } from '../api/types.js';
import { formatPlace } from '../app/place.js';
import { isSendKey } from '../chat/send-key.js';
import { useI18n } from '../i18n/i18n.js';
import { DeleteQuestion } from '../ui/delete-question.js';
import { formatAgo } from '../ui/format.js';
import { PencilIcon, TrashIcon } from '../ui/icons.js';

export interface ConversationRowProps {
  readonly thread: ThreadInfo;
  readonly isCurrent: boolean;
  readonly now: number;
  readonly onOpen: (thread: string) => void;
  readonly onRename: (thread: ThreadInfo, title: string) => void;
  readonly onDelete: (thread: ThreadInfo) => void;
}

type Mode = 'read' | 'rename' | 'delete';

export function ConversationRow({
  thread,
  isCurrent,
  now,
  onOpen,
  onRename,
  onDelete,
}: ConversationRowProps) {
  const { t } = useI18n();
  const [mode, setMode] = useState<Mode>('read');
  const row = useRef<HTMLLIElement>(null);
  const title = thread.title ?? t.untitled;
  useFocusBack(row, mode);
  return (
    <li className="conversation-row" ref={row} data-current={isCurrent}>
      {mode === 'rename' ? (
        <RenameField
          title={thread.title ?? ''}
          onRename={(name) => {
            onRename(thread, name);
            setMode('read');
          }}
          onCancel={() => setMode('read')}
        />
      ) : (
        <>
          <ConversationLink {...{ thread, title, isCurrent, now, onOpen }} />
          <button
            type="button"
            className="icon-button small"
            onClick={() => setMode('rename')}
            aria-label={t.rename(title)}
          >
            <PencilIcon />
          </button>
          <button
            type="button"
            className="icon-button small"
            onClick={() => setMode('delete')}
            aria-label={t.deleteConversation(title)}
          >
            <TrashIcon />
          </button>
        </>
      )}
      {mode === 'delete' && (
        <DeleteQuestion
          question={t.deleteConversationQuestion}
          onDelete={() => onDelete(thread)}
          onCancel={() => setMode('read')}
        />
      )}
    </li>
  );
}

/** Renaming and the question take the focus; when they are over it goes back to the conversation. */
function useFocusBack(row: React.RefObject<HTMLElement | null>, mode: Mode): void {
  const before = useRef(mode);
  useEffect(() => {
    if (mode === 'read' && before.current !== 'read')
      row.current?.querySelector<HTMLElement>('.conversation-link')?.focus();
    before.current = mode;
  }, [row, mode]);
}

interface ConversationLinkProps
  extends Pick<ConversationRowProps, 'thread' | 'isCurrent' | 'now' | 'onOpen'> {
  readonly title: string;
}

/** A real link: it can be opened in another tab, and copied. */
function ConversationLink({ thread, title, isCurrent, now, onOpen }: ConversationLinkProps) {
  const { language } = useI18n();
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(thread.id);
  };
  return (
    <a
      className="conversation-link"
      href={formatPlace({ thread: thread.id })}
      onClick={open}
      aria-current={isCurrent ? 'page' : undefined}
      title={title}
    >
      <span className="conversation-title">{title}</span>
      <time className="conversation-time" dateTime={thread.updated_at}>
        {formatAgo(thread.updated_at, now, language)}
      </time>
    </a>
  );
}

interface RenameFieldProps {
  readonly title: string;
  readonly onRename: (title: string) => void;
  readonly onCancel: () => void;
}

/** Enter keeps the new name; Escape, leaving the field and an empty name keep the old one. */
function RenameField({ title, onRename, onCancel }: RenameFieldProps) {
  const { t } = useI18n();
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      onCancel();
    }
    if (!isSendKey(event.nativeEvent)) return;
    const name = event.currentTarget.value.trim();
    if (name === '' || name === title) onCancel();
    else onRename(name);
  };
  return (
    <input
      className="rename-field"
      defaultValue={title}
      aria-label={t.renameLabel}
      maxLength={TITLE_LIMIT_CHARACTERS}
      onKeyDown={onKeyDown}
      onBlur={onCancel}
      onFocus={(event) => event.target.select()}
      // biome-ignore lint/a11y/noAutofocus: the field replaces the button that had the focus.
      autoFocus
    />
  );
}

const TITLE_LIMIT_CHARACTERS = 200;

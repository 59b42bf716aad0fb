import type { Failure } from '../api/failure.js';
import { useI18n } from '../i18n/i18n.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { NewChatIcon } from '../ui/icons.js';

/** A name that no conversation can have is as unknown as one that none has. */
const UNKNOWN: readonly number[] = [400, 404, 414, 422];

export interface NoConversationProps {
  /** Absent while it is loading. */
  readonly failure: Failure | undefined;
  readonly onRetry: () => void;
  readonly onNew: () => void;
}

/** What stands where a conversation is not, or not yet: one that is gone, or another key's, is a new beginning. */
export function NoConversation({ failure, onRetry, onNew }: NoConversationProps) {
  const { t } = useI18n();
  if (!failure) return <p className="waiting">{t.loading}</p>;
  const isGone = failure.kind === 'refused' && UNKNOWN.includes(failure.status);
  if (!isGone) return <FailureNotice failure={failure} onRetry={onRetry} />;
  return (
    <div className="conversation-gone" role="alert">
      <h1>{t.conversationGone}</h1>
      <p>{t.conversationGoneHint}</p>
      <button type="button" className="button primary" onClick={onNew}>
        <NewChatIcon />
        {t.newChat}
      </button>
    </div>
  );
}

import type { Api } from '../api/client.js';
import type { Collection, ServerInfo } from '../api/types.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { ConversationView } from './conversation-view.js';
import { EmptyState } from './empty-state.js';
import { NoConversation } from './no-conversation.js';
import type { TurnActions } from './turn-view.js';
import type { Chat } from './use-chat.js';

export interface ChatStageProps {
  readonly api: Api;
  readonly chat: Chat;
  readonly actions: TurnActions;
  readonly info: ServerInfo;
  readonly collection: Collection;
  /** The served folder is being brought in for the first time. */
  readonly isIndexing: boolean;
  readonly model: string | undefined;
  /** A new conversation in the place of one that is not there. */
  readonly onNew: () => void;
  readonly onFiles: (files: FileList) => void;
}

/** What stands above the question: the conversation, the beginning of one, or why there is none. */
export function ChatStage({ chat, actions, onNew, ...start }: ChatStageProps) {
  const { status, problem, turns } = chat;
  if (status !== 'ready')
    return (
      <div className="conversation connecting">
        <NoConversation
          failure={status === 'failed' ? problem : undefined}
          onRetry={chat.reload}
          onNew={onNew}
        />
      </div>
    );
  if (turns.length === 0)
    return (
      <div className="conversation">
        <EmptyState {...start} onAsk={chat.ask} />
      </div>
    );
  return (
    <ConversationView
      turns={turns}
      actions={actions}
      onEarlier={chat.earlier === undefined ? undefined : chat.loadEarlier}
    >
      {problem && <FailureNotice failure={problem} onRetry={chat.reload} />}
    </ConversationView>
  );
}

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Source } from '../api/types.js';
import { Composer } from '../chat/composer.js';
import type { Turn } from '../chat/conversation.js';
import { ConversationView } from '../chat/conversation-view.js';
import { EmptyState } from '../chat/empty-state.js';
import { NoConversation } from '../chat/no-conversation.js';
import type { Asked } from '../chat/turn-view.js';
import { type Chat, useChat } from '../chat/use-chat.js';
import { DropZone } from '../documents/drop-zone.js';
import { chosenFiles, type DroppedFile } from '../documents/dropped-files.js';
import { UploadTray } from '../documents/upload-tray.js';
import { FILES_LIMIT } from '../documents/uploads.js';
import { useUploads } from '../documents/use-uploads.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { late } from '../ui/late.js';
import { useMedia, WIDE } from '../ui/use-media.js';
import { CollectionPicker } from './collection-picker.js';
import { Header } from './header.js';
import { useCollection } from './use-collection.js';
import { useDrawer } from './use-drawer.js';
import { usePanel } from './use-panel.js';
import { usePlace } from './use-place.js';
import type { Connection, Server } from './use-server.js';
import { useShortcuts } from './use-shortcuts.js';

export interface WorkspaceProps {
  readonly connection: Connection;
  readonly server: Extract<Server, { status: 'ready' }>;
}

const ConversationList = late(
  async () => (await import('../conversations/conversation-list.js')).ConversationList,
);
const SidePanel = late(async () => (await import('./side-panel.js')).SidePanel);

/** The page once its server is known: the conversation, what stands beside it, and what is being uploaded. */
export function Workspace({ connection, server }: WorkspaceProps) {
  const { api, keyPrompt, refreshCollections } = connection;
  const wide = useMedia(WIDE);
  const place = usePlace();
  const panel = usePanel(place);
  const drawer = useDrawer(wide);
  const { collection, pickCollection } = useCollection(server, place.document?.collection);
  const [model, setModel] = useState<string>();
  const input = useRef<HTMLTextAreaElement>(null);
  const onAsked = (turnId: string) => {
    place.keepThread();
    if (wide) panel.showList({ kind: 'sources', turnId, takeFocus: false });
    else if (panel.isOpen) panel.close();
    input.current?.focus();
  };
  const { thread, isNew } = place;
  const chat = useChat(api, { thread, isNew, collection: collection.name, model, onAsked });
  const refresh = useCallback(() => void refreshCollections().catch(() => undefined), [refreshCollections]);
  const uploads = useUploads(api, server.info.upload_limit_bytes, refresh);
  const [cut, setCut] = useState(false);
  useEffect(() => void SidePanel.preload(), []);
  useCollectionOf(chat, thread, pickCollection);

  const addFiles = (files: readonly DroppedFile[]) => {
    setCut(files.length > FILES_LIMIT);
    uploads.add(files.slice(0, FILES_LIMIT), collection.name);
  };
  const startOver = (insteadOfThis = false) => {
    place.openThread(undefined, insteadOfThis);
    panel.close();
    if (!wide) drawer.close();
    input.current?.focus();
  };
  const openThread = (id: string) => {
    if (id !== thread) place.openThread(id);
    if (!wide) drawer.close();
  };
  const switchCollection = (name: string) => {
    pickCollection(name);
    startOver();
  };
  const toggleConversations = () => {
    if (drawer.isOpen) return drawer.close();
    if (!wide && panel.isOpen) panel.close();
    drawer.open();
  };
  const toggleDocuments = () => {
    if (!wide) drawer.close();
    if (panel.list.kind === 'documents') panel.close();
    else panel.showList({ kind: 'documents', takeFocus: true });
  };

  const actions = useLatest({
    onOpenSource: (source: Source, asked: Asked) => {
      const from = { collection: asked.meta?.collection || collection.name, id: source.document_id };
      panel.openDocument({ ...from, passage: source.position }, asked.question);
    },
    onShowSources: (turn: Turn) => panel.showList({ kind: 'sources', turnId: turn.id, takeFocus: true }),
    onAskAgain: chat.askAgain,
    onEdit: chat.edit,
    onShow: chat.show,
    onFocusQuestion: () => input.current?.focus(),
    onEscape: () => {
      const coversChat = (panel.isOpen || drawer.isOpen) && !wide;
      const isBeside = document.activeElement?.closest('.panel, .conversations') !== null;
      if (chat.running && !coversChat && !isBeside) chat.stop();
      else if (!wide && drawer.isOpen) drawer.close();
      else if (panel.isOpen) panel.close();
    },
  });
  useShortcuts(actions);
  useRetryAfterKey(keyPrompt === 'hidden', chat);

  const covered = (panel.isOpen || drawer.isOpen) && !wide;
  const isBlank = chat.turns.length === 0;
  return (
    <div
      className="app"
      data-panel={panel.document ? 'document' : panel.list.kind}
      data-list={drawer.isOpen ? 'open' : 'closed'}
    >
      <Header
        conversationsOpen={drawer.isOpen}
        onConversations={toggleConversations}
        documentsOpen={panel.list.kind === 'documents'}
        onDocuments={toggleDocuments}
        onNewChat={isBlank && chat.status === 'ready' ? undefined : () => startOver()}
      >
        <CollectionPicker
          api={api}
          collections={server.collections}
          current={collection.name}
          onPick={switchCollection}
          onCreated={async (name) => {
            await refreshCollections();
            switchCollection(name);
          }}
        />
      </Header>
      {drawer.isOpen && (
        <ConversationList
          api={api}
          current={thread}
          onOpen={openThread}
          onNew={() => startOver()}
          onCurrentDeleted={() => startOver(true)}
          onClose={drawer.close}
          takeFocus={!wide}
        />
      )}
      <main className="main" inert={covered}>
        {chat.status !== 'ready' ? (
          <div className="conversation connecting">
            <NoConversation
              failure={chat.status === 'failed' ? chat.problem : undefined}
              onRetry={chat.reload}
              onNew={() => startOver(true)}
            />
          </div>
        ) : isBlank ? (
          <div className="conversation">
            <EmptyState
              api={api}
              info={server.info}
              collection={collection}
              model={model}
              onAsk={chat.ask}
              onFiles={(files) => addFiles(chosenFiles(files))}
            />
          </div>
        ) : (
          <ConversationView
            key={thread}
            turns={chat.turns}
            actions={actions}
            onEarlier={chat.earlier === undefined ? undefined : chat.loadEarlier}
          >
            {chat.problem && <FailureNotice failure={chat.problem} onRetry={chat.reload} />}
          </ConversationView>
        )}
        <div className="dock">
          <UploadTray uploads={uploads.list} cut={cut} onCancel={uploads.cancel} onClear={uploads.clear} />
          <Composer
            input={input}
            running={chat.running}
            blocked={chat.status !== 'ready'}
            models={server.models}
            model={model}
            onModel={setModel}
            onAsk={chat.ask}
            onStop={chat.stop}
            onFiles={(files) => addFiles(chosenFiles(files))}
          />
        </div>
      </main>
      {panel.isOpen && (
        <SidePanel
          api={api}
          panel={panel}
          turns={chat.turns}
          collection={collection}
          onOpenSource={actions.onOpenSource}
          onDocumentDeleted={refresh}
          onFiles={(files) => addFiles(chosenFiles(files))}
        />
      )}
      <DropZone collection={collection.name} onDrop={useLatest({ addFiles }).addFiles} />
    </div>
  );
}

/** Functions that never change identity and always run their latest version, for children that are memoised. */
function useLatest<Functions extends Record<string, (...input: never[]) => unknown>>(
  latest: Functions,
): Functions {
  const current = useRef(latest);
  useEffect(() => {
    current.current = latest;
  });
  return useMemo(() => {
    const names = Object.keys(current.current) as (keyof Functions)[];
    const stable = names.map((name) => [name, (...input: never[]) => current.current[name]?.(...input)]);
    return Object.fromEntries(stable) as Functions;
  }, []);
}

/** A conversation goes on in the collection that its last answer came from. */
function useCollectionOf(chat: Chat, thread: string, pick: (name: string) => void): void {
  const last = chat.turns.at(-1)?.meta?.collection;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only once, when it is opened.
  useEffect(() => {
    if (chat.status === 'ready' && last) pick(last);
  }, [thread, chat.status]);
}

/** What failed for want of a key is tried again as soon as there is one. */
function useRetryAfterKey(hasKey: boolean, chat: Chat): void {
  const hadKey = useRef(hasKey);
  useEffect(() => {
    const given = hasKey && !hadKey.current;
    hadKey.current = hasKey;
    const last = chat.turns.at(-1);
    const isRefused = last?.phase.status === 'failed' && last.phase.failure.kind === 'unauthorized';
    if (given && last && isRefused) chat.askAgain(last);
    else if (given && chat.problem?.kind === 'unauthorized') chat.reload();
  }, [hasKey, chat]);
}

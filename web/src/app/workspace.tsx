import { useCallback, useEffect, useRef, useState } from 'react';
import type { Source } from '../api/types.js';
import { ChatStage } from '../chat/chat-stage.js';
import { Composer } from '../chat/composer.js';
import type { Turn } from '../chat/conversation.js';
import type { Asked } from '../chat/turn-view.js';
import { useChat } from '../chat/use-chat.js';
import { DropZone } from '../documents/drop-zone.js';
import { chosenFiles, type DroppedFile } from '../documents/dropped-files.js';
import { UploadTray } from '../documents/upload-tray.js';
import { FILES_LIMIT } from '../documents/uploads.js';
import { useUploads } from '../documents/use-uploads.js';
import { late } from '../ui/late.js';
import { useLatest } from '../ui/use-latest.js';
import { useMedia, WIDE } from '../ui/use-media.js';
import { CollectionPicker } from './collection-picker.js';
import { Header } from './header.js';
import { useCollection, useCollectionOf } from './use-collection.js';
import { useDrawer } from './use-drawer.js';
import { useFirstIndex } from './use-first-index.js';
import { usePanel } from './use-panel.js';
import { usePlace } from './use-place.js';
import { useRetryAfterKey } from './use-retry-after-key.js';
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
  const isIndexing = useFirstIndex(api, collection.documents === 0, refresh);
  const uploads = useUploads(api, server.info.upload_limit_bytes, refresh);
  const [cut, setCut] = useState(false);
  useEffect(() => void SidePanel.preload(), []);
  useCollectionOf(chat, thread, pickCollection);

  const addFiles = (files: readonly DroppedFile[]) => {
    setCut(files.length > FILES_LIMIT);
    uploads.add(files.slice(0, FILES_LIMIT), collection.name);
  };
  const chooseFiles = (files: FileList) => addFiles(chosenFiles(files));
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
        onNewChat={place.isNew ? undefined : () => startOver()}
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
        <ChatStage
          key={thread}
          {...{ api, chat, actions, collection, isIndexing, model }}
          info={server.info}
          onNew={() => startOver(true)}
          onFiles={chooseFiles}
        />
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
            onFiles={chooseFiles}
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
          onFiles={chooseFiles}
        />
      )}
      <DropZone collection={collection.name} onDrop={useLatest({ addFiles }).addFiles} />
    </div>
  );
}

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Source } from '../api/types.js';
import { Composer } from '../chat/composer.js';
import type { Turn } from '../chat/conversation.js';
import { ConversationView } from '../chat/conversation-view.js';
import { EmptyState } from '../chat/empty-state.js';
import type { Asked } from '../chat/turn-view.js';
import { useChat } from '../chat/use-chat.js';
import { DropZone } from '../documents/drop-zone.js';
import { chosenFiles, type DroppedFile } from '../documents/dropped-files.js';
import { UploadTray } from '../documents/upload-tray.js';
import { FILES_LIMIT } from '../documents/uploads.js';
import { useUploads } from '../documents/use-uploads.js';
import { useMedia, WIDE } from '../ui/use-media.js';
import { CollectionPicker } from './collection-picker.js';
import { Header } from './header.js';
import { SidePanel } from './side-panel.js';
import { useCollection } from './use-collection.js';
import { usePanel } from './use-panel.js';
import type { Connection, Server } from './use-server.js';
import { useShortcuts } from './use-shortcuts.js';

export interface WorkspaceProps {
  readonly connection: Connection;
  readonly server: Extract<Server, { status: 'ready' }>;
}

/** The page once its server is known: the conversation, what stands beside it, and what is being uploaded. */
export function Workspace({ connection, server }: WorkspaceProps) {
  const { api, keyPrompt, refreshCollections } = connection;
  const wide = useMedia(WIDE);
  const panel = usePanel();
  const { collection, pickCollection } = useCollection(server, panel.document?.collection);
  const [model, setModel] = useState<string>();
  const chat = useChat(api, { collection: collection.name, model });
  const input = useRef<HTMLTextAreaElement>(null);
  const refresh = useCallback(() => void refreshCollections().catch(() => undefined), [refreshCollections]);
  const uploads = useUploads(api, server.info.upload_limit_bytes, refresh);
  const [cut, setCut] = useState(false);

  const addFiles = (files: readonly DroppedFile[]) => {
    setCut(files.length > FILES_LIMIT);
    uploads.add(files.slice(0, FILES_LIMIT), collection.name);
  };
  const showAsked = (turnId: string | undefined) => {
    if (turnId === undefined) return;
    if (wide) panel.showList({ kind: 'sources', turnId, takeFocus: false });
    else if (panel.isOpen) panel.close();
  };
  const ask = (question: string) => {
    showAsked(chat.ask(question));
    input.current?.focus();
  };
  const startOver = () => {
    chat.clear();
    panel.close();
    input.current?.focus();
  };
  const switchCollection = (name: string) => {
    pickCollection(name);
    startOver();
  };

  const actions = useLatest({
    onOpenSource: (source: Source, asked: Asked) => {
      const place = { collection: asked.meta?.collection ?? collection.name, id: source.document_id };
      panel.openDocument({ ...place, passage: source.position }, asked.question);
    },
    onShowSources: (turn: Turn) => panel.showList({ kind: 'sources', turnId: turn.id, takeFocus: true }),
    onAskAgain: (turn: Turn) => showAsked(chat.askAgain(turn)),
    onFocusQuestion: () => input.current?.focus(),
    onEscape: () => {
      const coversChat = panel.isOpen && !wide;
      const inPanel = document.activeElement?.closest('.panel') !== null;
      if (chat.running && !coversChat && !inPanel) chat.stop();
      else if (panel.isOpen) panel.close();
    },
  });
  useShortcuts(actions);
  useRetryAfterKey(keyPrompt === 'hidden', chat.turns.at(-1), actions.onAskAgain);

  const covered = panel.isOpen && !wide;
  return (
    <div className="app" data-panel={panel.document ? 'document' : panel.list.kind}>
      <Header
        documentsOpen={panel.list.kind === 'documents'}
        onDocuments={() =>
          panel.list.kind === 'documents'
            ? panel.close()
            : panel.showList({ kind: 'documents', takeFocus: true })
        }
        onNewChat={chat.turns.length > 0 ? startOver : undefined}
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
      <main className="main" inert={covered}>
        {chat.turns.length === 0 ? (
          <div className="conversation">
            <EmptyState
              api={api}
              info={server.info}
              collection={collection}
              model={model}
              onAsk={ask}
              onFiles={(files) => addFiles(chosenFiles(files))}
            />
          </div>
        ) : (
          <ConversationView turns={chat.turns} actions={actions} />
        )}
        <div className="dock">
          <UploadTray uploads={uploads.list} cut={cut} onCancel={uploads.cancel} onClear={uploads.clear} />
          <Composer
            input={input}
            running={chat.running}
            models={server.models}
            model={model}
            onModel={setModel}
            onAsk={ask}
            onStop={chat.stop}
            onFiles={(files) => addFiles(chosenFiles(files))}
          />
        </div>
      </main>
      <SidePanel
        api={api}
        panel={panel}
        turns={chat.turns}
        collection={collection}
        onOpenSource={actions.onOpenSource}
        onDocumentDeleted={refresh}
        onFiles={(files) => addFiles(chosenFiles(files))}
      />
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

/** A question that failed for want of a key is asked again as soon as there is one. */
function useRetryAfterKey(hasKey: boolean, last: Turn | undefined, askAgain: (turn: Turn) => void): void {
  const hadKey = useRef(hasKey);
  useEffect(() => {
    const given = hasKey && !hadKey.current;
    hadKey.current = hasKey;
    const refused = last?.phase.status === 'failed' && last.phase.failure.kind === 'unauthorized';
    if (given && last && refused) askAgain(last);
  }, [hasKey, last, askAgain]);
}

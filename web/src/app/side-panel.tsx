import type { Api } from '../api/client.js';
import type { Collection, Source } from '../api/types.js';
import type { Turn } from '../chat/conversation.js';
import type { Asked } from '../chat/turn-view.js';
import { DocumentView, useDocument } from '../documents/document-view.js';
import { DocumentsList } from '../documents/documents-list.js';
import { useI18n } from '../i18n/i18n.js';
import { SourceList } from '../sources/source-list.js';
import { Panel } from './panel.js';
import type { usePanel } from './use-panel.js';
import type { OpenDocument } from './use-place.js';

export interface SidePanelProps {
  readonly api: Api;
  readonly panel: ReturnType<typeof usePanel>;
  readonly turns: readonly Turn[];
  readonly collection: Collection;
  readonly onOpenSource: (source: Source, asked: Asked) => void;
  readonly onDocumentDeleted: () => void;
  readonly onFiles: (files: FileList) => void;
}

/** Whatever stands beside the conversation: a document, the sources of an answer, or the list of documents. */
export function SidePanel(props: SidePanelProps) {
  const { panel } = props;
  if (panel.document) return <DocumentPanel {...props} place={panel.document} />;
  switch (panel.list.kind) {
    case 'none':
      return null;
    case 'sources':
      return <SourcesPanel {...props} turnId={panel.list.turnId} takeFocus={panel.list.takeFocus} />;
    case 'documents':
      return <DocumentsPanel {...props} />;
  }
}

function DocumentPanel({ api, panel, place }: SidePanelProps & { readonly place: OpenDocument }) {
  const { t } = useI18n();
  const { document, reload } = useDocument(api, place);
  const content = document.status === 'ready' ? document.content : undefined;
  return (
    <Panel
      kind="document"
      title={content?.title ?? t.documents}
      subtitle={content && content.source !== content.title ? content.source : undefined}
      onBack={panel.list.kind === 'none' ? undefined : panel.back}
      onClose={panel.close}
      takeFocus
    >
      <DocumentView document={document} place={place} onReload={reload} />
    </Panel>
  );
}

interface SourcesPanelProps extends SidePanelProps {
  readonly turnId: string;
  readonly takeFocus: boolean;
}

function SourcesPanel({ api, panel, turns, turnId, takeFocus, onOpenSource }: SourcesPanelProps) {
  const { t } = useI18n();
  const turn = turns.find(({ id }) => id === turnId);
  if (!turn) return null;
  return (
    <Panel kind="list" title={t.sources} subtitle={turn.question} onClose={panel.close} takeFocus={takeFocus}>
      <SourceList api={api} turn={turn} onOpen={onOpenSource} />
    </Panel>
  );
}

function DocumentsPanel({ api, panel, collection, onDocumentDeleted, onFiles }: SidePanelProps) {
  const { t } = useI18n();
  return (
    <Panel kind="list" title={t.documents} subtitle={collection.name} onClose={panel.close} takeFocus>
      <DocumentsList
        key={collection.name}
        api={api}
        collection={collection}
        onOpen={({ id }) => panel.openDocument({ collection: collection.name, id }, '')}
        onDeleted={onDocumentDeleted}
        onFiles={onFiles}
      />
    </Panel>
  );
}

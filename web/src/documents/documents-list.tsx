import { useState } from 'react';
import type { Api } from '../api/client.js';
import { type Failure, toFailure } from '../api/failure.js';
import type { Collection, DocumentInfo } from '../api/types.js';
import { useI18n } from '../i18n/i18n.js';
import { DeleteQuestion } from '../ui/delete-question.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { formatBytes } from '../ui/format.js';
import { TrashIcon } from '../ui/icons.js';
import { FilePicker } from './file-picker.js';
import { useDocuments } from './use-documents.js';

export interface DocumentsListProps {
  readonly api: Api;
  readonly collection: Collection;
  readonly onOpen: (document: DocumentInfo) => void;
  /** Called when a document is gone. */
  readonly onDeleted: () => void;
  readonly onFiles: (files: FileList) => void;
}

export function DocumentsList({ api, collection, onOpen, onDeleted, onFiles }: DocumentsListProps) {
  const { t } = useI18n();
  const { pages, loadMore, reload } = useDocuments(api, collection.name, collection.version);
  const [failure, setFailure] = useState<Failure>();
  const remove = (document: DocumentInfo) => {
    setFailure(undefined);
    api
      .deleteDocument(collection.name, document.id)
      .then(onDeleted, (thrown) => setFailure(toFailure(thrown)));
  };
  if (pages.status === 'loading') return <p className="panel-note">{t.loading}…</p>;
  if (pages.status === 'failed') return <FailureNotice failure={pages.failure} onRetry={reload} />;
  return (
    <div className="documents">
      <div className="documents-head">
        <p>
          {t.documentsOf(collection.documents)} · {t.passagesOf(collection.chunks)}
        </p>
        <FilePicker onFiles={onFiles} wide />
      </div>
      {failure && <FailureNotice failure={failure} />}
      {pages.documents.length === 0 && <p className="panel-note">{t.noDocumentsHint}</p>}
      <ul className="document-list">
        {pages.documents.map((document) => (
          <DocumentRow key={document.id} document={document} onOpen={onOpen} onDelete={remove} />
        ))}
      </ul>
      {pages.nextCursor && (
        <button type="button" className="button" onClick={loadMore}>
          {t.loadMore}
        </button>
      )}
    </div>
  );
}

interface DocumentRowProps {
  readonly document: DocumentInfo;
  readonly onOpen: (document: DocumentInfo) => void;
  readonly onDelete: (document: DocumentInfo) => void;
}

/** Only what was uploaded can be deleted here: a folder's document would come back with the next indexing. */
function DocumentRow({ document, onOpen, onDelete }: DocumentRowProps) {
  const { t, language } = useI18n();
  const [asking, setAsking] = useState(false);
  return (
    <li className="document-row">
      <button
        type="button"
        className="document-open"
        onClick={() => onOpen(document)}
        aria-label={t.openDocument(document.title)}
      >
        <span className="document-title">{document.title}</span>
        {document.source !== document.title && <span className="document-source">{document.source}</span>}
        <span className="document-facts">
          {t.languageNames[document.language]} · {t.passagesOf(document.chunks)} ·{' '}
          {formatBytes(document.bytes, language)}
          {document.origin === 'upload' && ` · ${t.uploaded}`}
        </span>
      </button>
      {document.origin === 'upload' && !asking && (
        <button
          type="button"
          className="icon-button"
          onClick={() => setAsking(true)}
          aria-label={t.deleteDocument(document.title)}
        >
          <TrashIcon />
        </button>
      )}
      {asking && (
        <DeleteQuestion
          question={t.deleteQuestion}
          onDelete={() => onDelete(document)}
          onCancel={() => setAsking(false)}
        />
      )}
    </li>
  );
}

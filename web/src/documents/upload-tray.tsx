import { failureText } from '../i18n/failure-text.js';
import { useI18n } from '../i18n/i18n.js';
import { formatBytes } from '../ui/format.js';
import { CheckIcon, CloseIcon, WarningIcon } from '../ui/icons.js';
import { FILES_LIMIT, isSettled, type Upload, type UploadState } from './uploads.js';

export interface UploadTrayProps {
  readonly uploads: readonly Upload[];
  /** True when a drop had more files than are taken at a time. */
  readonly cut: boolean;
  readonly onCancel: (id: string) => void;
  readonly onClear: () => void;
}

/** Files on their way, each with how far it is or what went wrong. */
export function UploadTray({ uploads, cut, onCancel, onClear }: UploadTrayProps) {
  const { t } = useI18n();
  if (uploads.length === 0) return null;
  return (
    <section className="uploads" aria-label={t.uploads}>
      <ul>
        {uploads.map((upload) => (
          <UploadRow key={upload.id} upload={upload} onCancel={onCancel} />
        ))}
      </ul>
      {cut && <p className="note">{t.uploadTooMany(FILES_LIMIT)}</p>}
      {uploads.some(({ state }) => isSettled(state)) && (
        <button type="button" className="quiet-button" onClick={onClear}>
          {t.clearUploads}
        </button>
      )}
    </section>
  );
}

function UploadRow({ upload, onCancel }: { readonly upload: Upload } & Pick<UploadTrayProps, 'onCancel'>) {
  const { t } = useI18n();
  const { state, source } = upload;
  const share = state.status === 'sending' ? state.share : state.status === 'indexing' ? undefined : 0;
  return (
    <li className="upload" data-status={state.status}>
      <UploadMark state={state} />
      <span className="upload-name">{source}</span>
      <span className="upload-state" aria-live="polite">
        <UploadStateText upload={upload} />
      </span>
      {!isSettled(state) && (
        <>
          <button
            type="button"
            className="icon-button small"
            onClick={() => onCancel(upload.id)}
            aria-label={t.cancelUpload(source)}
          >
            <CloseIcon />
          </button>
          <progress max={1} value={share} aria-label={source} />
        </>
      )}
    </li>
  );
}

function UploadMark({ state }: { readonly state: UploadState }) {
  if (state.status === 'done') return <CheckIcon />;
  return state.status === 'failed' || state.status === 'too-large' ? <WarningIcon /> : null;
}

function UploadStateText({ upload }: { readonly upload: Upload }) {
  const { t, language } = useI18n();
  const { state, file } = upload;
  switch (state.status) {
    case 'waiting':
      return t.uploadWaiting;
    case 'sending':
      return t.uploadSending(Math.floor(state.share * 100));
    case 'indexing':
      return t.uploadIndexing;
    case 'done':
      return t.uploadDone(state.chunks);
    case 'cancelled':
      return t.uploadCancelled;
    case 'skipped':
      return t.uploadSkipped(t.skipReasons[state.reason] ?? state.reason);
    case 'too-large':
      return t.uploadTooLarge(formatBytes(file.size, language), formatBytes(state.limitBytes, language));
    case 'failed': {
      const { message, detail } = failureText(state.failure, t);
      return [message, detail].filter(Boolean).join(' ');
    }
  }
}

import { useI18n } from '../i18n/i18n.js';

export interface DeleteQuestionProps {
  readonly question: string;
  readonly onDelete: () => void;
  readonly onCancel: () => void;
}

/** Asks before something is deleted, in the place of the button that was pressed. */
export function DeleteQuestion({ question, onDelete, onCancel }: DeleteQuestionProps) {
  const { t } = useI18n();
  return (
    <div className="delete-question" role="alert">
      <p>{question}</p>
      <button type="button" className="button danger" onClick={onDelete}>
        {t.delete}
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: the question replaces the button that had the focus; the safe answer takes it over. */}
      <button type="button" className="button" onClick={onCancel} autoFocus>
        {t.cancel}
      </button>
    </div>
  );
}

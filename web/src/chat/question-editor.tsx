import { type KeyboardEvent, useState } from 'react';
import { useI18n } from '../i18n/i18n.js';
import { isSendKey } from './send-key.js';

export interface QuestionEditorProps {
  readonly question: string;
  readonly onSend: (question: string) => void;
  readonly onCancel: () => void;
}

/** A question being changed, in the place of its heading. Enter sends, Escape leaves it as it was. */
export function QuestionEditor({ question, onSend, onCancel }: QuestionEditorProps) {
  const { t } = useI18n();
  const [text, setText] = useState(question);
  const isEmpty = text.trim() === '';
  const send = () => {
    if (!isEmpty) onSend(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' && !isSendKey(event.nativeEvent)) return;
    event.preventDefault();
    if (event.key === 'Escape') onCancel();
    else send();
  };
  return (
    <form
      className="question-editor"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        value={text}
        rows={Math.min(8, text.split('\n').length + 1)}
        aria-label={t.editQuestion}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        // biome-ignore lint/a11y/noAutofocus: the field replaces the button that had the focus.
        autoFocus
      />
      <div className="field-row">
        <button type="submit" className="button primary" disabled={isEmpty}>
          {t.send}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {t.cancel}
        </button>
      </div>
    </form>
  );
}

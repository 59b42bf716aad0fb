import { type KeyboardEvent, type RefObject, useLayoutEffect, useState } from 'react';
import type { ModelInfo } from '../api/types.js';
import { FilePicker } from '../documents/file-picker.js';
import { useI18n } from '../i18n/i18n.js';
import { SendIcon, StopIcon } from '../ui/icons.js';
import { recallDraft, rememberDraft } from '../ui/storage.js';
import { isSendKey } from './send-key.js';

export interface ComposerProps {
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly running: boolean;
  /** True: there is no conversation yet to ask in. */
  readonly blocked: boolean;
  readonly models: readonly ModelInfo[];
  /** Undefined: the server's default. */
  readonly model: string | undefined;
  readonly onModel: (model: string) => void;
  readonly onAsk: (question: string) => void;
  readonly onStop: () => void;
  readonly onFiles: (files: FileList) => void;
}

export function Composer(props: ComposerProps) {
  const { input, running, blocked, models, model, onModel, onAsk, onStop, onFiles } = props;
  const { t } = useI18n();
  const [text, setText] = useState(recallDraft);
  const change = (next: string) => {
    setText(next);
    rememberDraft(next);
  };
  const empty = text.trim() === '';
  useLayoutEffect(() => fitHeight(input.current, text), [input, text]);

  const send = () => {
    if (empty || running || blocked) return;
    onAsk(text.trim());
    change('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isSendKey(event.nativeEvent)) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label className="visually-hidden" htmlFor="question">
        {t.questionLabel}
      </label>
      <textarea
        id="question"
        ref={input}
        rows={1}
        value={text}
        placeholder={t.questionPlaceholder}
        aria-describedby="question-hint"
        enterKeyHint="send"
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-row">
        <FilePicker onFiles={onFiles} />
        <ModelPicker models={models} model={model} onModel={onModel} />
        <span id="question-hint" className="composer-hint">
          {t.questionHint}
        </span>
        {running ? (
          <button type="button" className="send-button" onClick={onStop} aria-label={t.stop}>
            <StopIcon />
          </button>
        ) : (
          <button type="submit" className="send-button" disabled={empty || blocked} aria-label={t.send}>
            <SendIcon />
          </button>
        )}
      </div>
    </form>
  );
}

/** Grows with the text, up to the limit that the style sets. */
function fitHeight(area: HTMLTextAreaElement | null, text: string): void {
  if (!area) return;
  area.style.height = 'auto';
  if (text !== '') area.style.height = `${area.scrollHeight}px`;
}

function ModelPicker({ models, model, onModel }: Pick<ComposerProps, 'models' | 'model' | 'onModel'>) {
  const { t } = useI18n();
  if (models.length < 2) return null;
  return (
    <select
      className="model-picker"
      aria-label={t.model}
      value={model ?? models[0]?.id}
      onChange={(event) => onModel(event.target.value)}
    >
      {models.map(({ id }) => (
        <option key={id} value={id}>
          {id === 'extractive' ? t.extractiveModel : id}
        </option>
      ))}
    </select>
  );
}

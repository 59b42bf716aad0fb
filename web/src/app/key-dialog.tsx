import { type FormEvent, useEffect, useRef } from 'react';
import { useI18n } from '../i18n/i18n.js';
import type { KeyPrompt } from './use-server.js';

export interface KeyDialogProps {
  readonly prompt: KeyPrompt;
  readonly onSubmit: (key: string) => void;
}

/** Asks for the API key. Nothing works without one, so it cannot be dismissed. */
export function KeyDialog({ prompt, onSubmit }: KeyDialogProps) {
  const { t } = useI18n();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (prompt === 'hidden') dialog.current?.close();
    else if (!dialog.current?.open) dialog.current?.showModal();
  }, [prompt]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget).get('key') ?? '').trim();
    if (key !== '') onSubmit(key);
  };
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby="key-title"
      onCancel={(event) => event.preventDefault()}
    >
      <form onSubmit={submit}>
        <h2 id="key-title">{t.keyTitle}</h2>
        <label htmlFor="key-input">{t.keyLabel}</label>
        <input
          id="key-input"
          name="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          aria-describedby="key-note"
          aria-invalid={prompt === 'refused'}
          required
        />
        {prompt === 'refused' && (
          <p className="field-error" role="alert">
            {t.keyRefused}
          </p>
        )}
        <p id="key-note" className="note">
          {t.keyNote}
        </p>
        <button type="submit" className="button primary">
          {t.keySubmit}
        </button>
      </form>
    </dialog>
  );
}

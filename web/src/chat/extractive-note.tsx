import { useI18n } from '../i18n/i18n.js';

const WAYS = [
  'OPENAI_API_KEY=… npm start',
  'ANTHROPIC_API_KEY=… npm start',
  'OPENAI_BASE_URL=http://localhost:11434/v1 npm start   # Ollama',
].join('\n');

export interface ExtractiveNoteProps {
  /** Said of an answer that is there, or of the server before the first question. */
  readonly about: 'answer' | 'server';
}

/** Says that no language model writes the answers, and how to connect one. */
export function ExtractiveNote({ about }: ExtractiveNoteProps) {
  const { t } = useI18n();
  return (
    <div className="note">
      <p>
        {about === 'answer' ? t.extractiveAnswer : t.extractiveServer} {t.extractiveRemedy}
      </p>
      <details>
        <summary>{t.extractiveHow}</summary>
        <p>{t.extractiveSteps}</p>
        <pre>{WAYS}</pre>
      </details>
    </div>
  );
}

import { useI18n } from '../i18n/i18n.js';

const WAYS = [
  'OPENAI_API_KEY=… npm start',
  'ANTHROPIC_API_KEY=… npm start',
  'OPENAI_BASE_URL=http://localhost:11434/v1 npm start   # Ollama',
].join('\n');

/** Says that no language model wrote the answer, and how to connect one. */
export function ExtractiveNote() {
  const { t } = useI18n();
  return (
    <div className="note">
      <p>
        {t.extractiveAnswer} {t.extractiveRemedy}
      </p>
      <details>
        <summary>{t.extractiveHow}</summary>
        <p>{t.extractiveSteps}</p>
        <pre>{WAYS}</pre>
      </details>
    </div>
  );
}

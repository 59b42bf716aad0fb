import { useI18n } from '../i18n/i18n.js';
import { CopyButton } from '../ui/copy-button.js';

export function CodeBlock({ language, text }: { readonly language: string; readonly text: string }) {
  const { t } = useI18n();
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language}</span>
        <CopyButton text={text} label={t.copyCode} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}

import type { ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.js';
import {
  AutoThemeIcon,
  ConversationsIcon,
  DocumentsIcon,
  MoonIcon,
  NewChatIcon,
  SunIcon,
  WingMark,
} from '../ui/icons.js';
import { type Theme, useTheme } from '../ui/theme.js';

export interface HeaderProps {
  /** The collection picker, once the server is known. */
  readonly children?: ReactNode;
  readonly conversationsOpen?: boolean;
  readonly onConversations?: () => void;
  readonly documentsOpen: boolean;
  readonly onDocuments?: () => void;
  readonly onNewChat?: (() => void) | undefined;
}

export function Header(props: HeaderProps) {
  const { children, conversationsOpen, onConversations, documentsOpen, onDocuments, onNewChat } = props;
  const { t } = useI18n();
  return (
    <header className="header">
      <a className="skip-link" href="#question">
        {t.skipToQuestion}
      </a>
      {onConversations && (
        <button
          type="button"
          className="icon-button"
          onClick={onConversations}
          aria-label={t.conversations}
          title={t.conversations}
          aria-expanded={conversationsOpen}
        >
          <ConversationsIcon />
        </button>
      )}
      <p className="brand">
        <WingMark />
        <span className="brand-name">Narae</span>
      </p>
      {children}
      <div className="header-actions">
        {onNewChat && (
          <button type="button" className="icon-button" onClick={onNewChat} aria-label={t.newChat}>
            <NewChatIcon />
            <span className="wide-only">{t.newChat}</span>
          </button>
        )}
        {onDocuments && (
          <button
            type="button"
            className="icon-button"
            onClick={onDocuments}
            aria-label={t.documents}
            aria-pressed={documentsOpen}
          >
            <DocumentsIcon />
            <span className="wide-only">{t.documents}</span>
          </button>
        )}
        <LanguageToggle />
        <ThemeToggle />
      </div>
    </header>
  );
}

function LanguageToggle() {
  const { t, language, toggleLanguage } = useI18n();
  const other = language === 'ko' ? 'en' : 'ko';
  return (
    <button
      type="button"
      className="icon-button"
      onClick={toggleLanguage}
      aria-label={t.switchLanguage}
      title={t.switchLanguage}
      lang={other}
    >
      <span className="language-mark" aria-hidden="true">
        {other === 'ko' ? '한' : 'EN'}
      </span>
    </button>
  );
}

const THEME_ICONS: Readonly<Record<Theme, () => ReactNode>> = {
  auto: AutoThemeIcon,
  light: SunIcon,
  dark: MoonIcon,
};

function ThemeToggle() {
  const { t } = useI18n();
  const { theme, next } = useTheme();
  const label = { auto: t.themeAuto, light: t.themeLight, dark: t.themeDark }[theme];
  const ThemeIcon = THEME_ICONS[theme];
  return (
    <button type="button" className="icon-button" onClick={next} aria-label={label} title={label}>
      <ThemeIcon />
    </button>
  );
}

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.js';
import { I18nProvider, loadTexts } from './i18n/i18n.js';
import { initialLanguage } from './i18n/language.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/chat.css';
import './styles/conversations.css';
import './styles/answer.css';
import './styles/sources.css';
import './styles/documents.css';

const texts = await loadTexts(initialLanguage());
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <I18nProvider initial={texts}>
        <App />
      </I18nProvider>
    </StrictMode>,
  );
}

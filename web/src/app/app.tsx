import { useI18n } from '../i18n/i18n.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Header } from './header.js';
import { KeyDialog } from './key-dialog.js';
import { type Connection, useServer } from './use-server.js';
import { Workspace } from './workspace.js';

export function App() {
  const connection = useServer();
  return (
    <>
      <Content connection={connection} />
      <KeyDialog prompt={connection.keyPrompt} onSubmit={connection.submitKey} />
    </>
  );
}

function Content({ connection }: { readonly connection: Connection }) {
  const { t } = useI18n();
  const { server } = connection;
  if (server.status === 'ready') return <Workspace connection={connection} server={server} />;
  return (
    <div className="app">
      <Header documentsOpen={false} />
      <main className="main connecting">
        {server.status === 'connecting' ? (
          <p className="waiting">{t.connecting}</p>
        ) : (
          <FailureNotice failure={server.failure} onRetry={connection.reconnect} />
        )}
      </main>
    </div>
  );
}

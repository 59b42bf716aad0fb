import { useEffect, useState } from 'react';
import type { Api } from '../api/client.js';
import type { Collection, ServerInfo } from '../api/types.js';
import { FilePicker } from '../documents/file-picker.js';
import { useI18n } from '../i18n/i18n.js';
import { formatNumber } from '../ui/format.js';
import { ArrowIcon } from '../ui/icons.js';
import { inLanguageFirst } from './example-order.js';
import { ExtractiveNote } from './extractive-note.js';
import { languageShares } from './language-shares.js';

const EXAMPLES_SHOWN = 3;

export interface EmptyStateProps {
  readonly api: Api;
  readonly info: ServerInfo;
  readonly collection: Collection;
  /** The served folder is being brought in for the first time. */
  readonly isIndexing: boolean;
  /** Undefined: the server's default. */
  readonly model: string | undefined;
  readonly onAsk: (question: string) => void;
  readonly onFiles: (files: FileList) => void;
}

/** What stands where no question has been asked yet: what this is, what it has read, what to ask. */
export function EmptyState({ api, info, collection, isIndexing, model, onAsk, onFiles }: EmptyStateProps) {
  const { t } = useI18n();
  const extractive =
    model === 'extractive' || (model === undefined && info.default_model.provider === 'extractive');
  return (
    <div className="empty">
      <h1 className="empty-name">
        <span lang="ko">나래</span> <span lang="en">Narae</span>
      </h1>
      <p className="empty-line">{t.productLine}</p>
      {collection.documents === 0 ? (
        <div className="empty-drop" role="status">
          <p className="empty-drop-title">{isIndexing ? t.indexing : t.noDocuments}</p>
          <p>{isIndexing ? t.indexingHint : t.noDocumentsHint}</p>
          <FilePicker onFiles={onFiles} wide />
        </div>
      ) : (
        <>
          <Holdings collection={collection} />
          <Examples api={api} info={info} collection={collection} onAsk={onAsk} />
        </>
      )}
      {extractive && <ExtractiveNote about="server" />}
    </div>
  );
}

/** Documents, passages, and the share of each language as a bar. */
function Holdings({ collection }: { readonly collection: Collection }) {
  const { t, language } = useI18n();
  const shares = languageShares(collection.languages);
  return (
    <div className="holdings">
      <p>
        {t.documentsOf(collection.documents)} · {t.passagesOf(collection.chunks)}
      </p>
      <div className="language-bar" aria-hidden="true">
        {shares.map(({ name, percent }) => (
          <span key={name} data-language={name} style={{ flexGrow: percent }} />
        ))}
      </div>
      <ul className="language-legend">
        {shares.map(({ name, percent }) => (
          <li key={name} data-language={name}>
            {t.languageNames[name]} {formatNumber(percent, language)}%
          </li>
        ))}
      </ul>
    </div>
  );
}

function Examples({
  api,
  info,
  collection,
  onAsk,
}: Pick<EmptyStateProps, 'api' | 'info' | 'collection' | 'onAsk'>) {
  const { t, language } = useI18n();
  const titles = useTitles(api, collection);
  const isDefault = collection.name === info.default_collection;
  const given = isDefault ? info.examples : [];
  const examples = given.length > 0 ? given : titles.map((title) => t.whatDoesItSay(title));
  if (examples.length === 0) return null;
  const shown = inLanguageFirst(examples, language).slice(0, EXAMPLES_SHOWN);
  return (
    <section className="examples" aria-labelledby="examples-title">
      <h2 id="examples-title">{t.tryAsking}</h2>
      <ul>
        {shown.map((example) => (
          <li key={example}>
            <button type="button" onClick={() => onAsk(example)}>
              <span>{example}</span>
              <ArrowIcon />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Titles of a few documents, for questions about collections of which the server gives no examples. */
function useTitles(api: Api, { name, version }: Collection): readonly string[] {
  const [titles, setTitles] = useState<readonly string[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version may hold other documents.
  useEffect(() => {
    const controller = new AbortController();
    api.documents(name, undefined, controller.signal).then(
      ({ documents }) => setTitles(documents.slice(0, EXAMPLES_SHOWN).map(({ title }) => title)),
      () => setTitles([]),
    );
    return () => controller.abort();
  }, [api, name, version]);
  return titles;
}

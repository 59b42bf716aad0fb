import { type FormEvent, useState } from 'react';
import type { Api } from '../api/client.js';
import { type Failure, toFailure } from '../api/failure.js';
import type { Collection } from '../api/types.js';
import { failureText } from '../i18n/failure-text.js';
import { useI18n } from '../i18n/i18n.js';
import { CheckIcon, ChevronIcon } from '../ui/icons.js';
import { Popover } from '../ui/popover.js';

export interface CollectionPickerProps {
  readonly api: Api;
  readonly collections: readonly Collection[];
  readonly current: string;
  readonly onPick: (name: string) => void;
  /** Called when a new collection stands on the server. */
  readonly onCreated: (name: string) => Promise<void>;
}

export function CollectionPicker({ api, collections, current, onPick, onCreated }: CollectionPickerProps) {
  const { t } = useI18n();
  const label = (
    <>
      <span className="popover-label">{current}</span>
      <ChevronIcon />
    </>
  );
  return (
    <Popover label={label} name={`${t.collection}: ${current}`}>
      {(close) => (
        <>
          <ul className="choices">
            {collections.map((collection) => (
              <li key={collection.name}>
                <button
                  type="button"
                  aria-current={collection.name === current}
                  onClick={() => {
                    onPick(collection.name);
                    close();
                  }}
                >
                  <span className="choice-name">{collection.name}</span>
                  <span className="choice-note">{t.documentsOf(collection.documents)}</span>
                  {collection.name === current && <CheckIcon />}
                </button>
              </li>
            ))}
          </ul>
          <NewCollectionForm api={api} onCreated={(name) => onCreated(name).then(close)} />
        </>
      )}
    </Popover>
  );
}

interface NewCollectionFormProps {
  readonly api: Api;
  readonly onCreated: (name: string) => Promise<void>;
}

function NewCollectionForm({ api, onCreated }: NewCollectionFormProps) {
  const { t } = useI18n();
  const [failure, setFailure] = useState<Failure>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    if (name === '') return;
    setFailure(undefined);
    try {
      await api.createCollection(name);
      await onCreated(name);
    } catch (thrown) {
      setFailure(toFailure(thrown));
    }
  };
  return (
    <form className="new-collection" onSubmit={(event) => void submit(event)}>
      <label htmlFor="new-collection">{t.newCollection}</label>
      <div className="field-row">
        <input
          id="new-collection"
          name="name"
          placeholder={t.newCollectionName}
          autoComplete="off"
          required
        />
        <button type="submit" className="button">
          {t.create}
        </button>
      </div>
      {failure && (
        <p className="field-error" role="alert">
          {failureText(failure, t).message}
        </p>
      )}
    </form>
  );
}

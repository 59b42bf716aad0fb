import { useCallback, useEffect, useMemo, useState } from 'react';
import { type Api, createApi } from '../api/client.js';
import { type Failure, toFailure } from '../api/failure.js';
import type { Collection, ModelInfo, PublicInfo, ServerInfo } from '../api/types.js';
import { readApiKey, saveApiKey } from './api-key.js';

/** What the page knows of its server. */
export type Server =
  | { readonly status: 'connecting' }
  | { readonly status: 'failed'; readonly failure: Failure }
  | {
      readonly status: 'ready';
      readonly info: ServerInfo;
      readonly models: readonly ModelInfo[];
      readonly collections: readonly Collection[];
    };

/** Whether the page asks for a key: `refused` when the one it has is not accepted. */
export type KeyPrompt = 'hidden' | 'needed' | 'refused';

export interface Connection {
  readonly api: Api;
  readonly server: Server;
  readonly keyPrompt: KeyPrompt;
  submitKey(key: string): void;
  reconnect(): void;
  /** Reads the collections again: their counts change with every upload. */
  refreshCollections(): Promise<void>;
}

/** Connects to the server that sent the page. A key that is refused later asks again and loses nothing. */
export function useServer(): Connection {
  const [server, setServer] = useState<Server>({ status: 'connecting' });
  const [keyPrompt, setKeyPrompt] = useState<KeyPrompt>('hidden');
  const api = useMemo(() => {
    const onUnauthorized = () => setKeyPrompt(readApiKey() === undefined ? 'needed' : 'refused');
    return createApi({ readKey: readApiKey, onUnauthorized });
  }, []);

  const reconnect = useCallback(async () => {
    try {
      const ready = await connect(api);
      if (ready) setServer(ready);
      setKeyPrompt(ready ? 'hidden' : readApiKey() === undefined ? 'needed' : 'refused');
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (failure.kind !== 'unauthorized') setServer({ status: 'failed', failure });
    }
  }, [api]);

  useEffect(() => void reconnect(), [reconnect]);

  const refreshCollections = useCallback(async () => {
    const collections = await api.collections();
    setServer((current) => (current.status === 'ready' ? { ...current, collections } : current));
  }, [api]);

  return {
    api,
    server,
    keyPrompt,
    submitKey: (key) => {
      saveApiKey(key);
      void reconnect();
    },
    reconnect: () => void reconnect(),
    refreshCollections,
  };
}

/** Undefined when the server tells only what it tells without a key. */
async function connect(api: Api): Promise<Server | undefined> {
  const info = await api.info();
  if (!isComplete(info)) return undefined;
  const [models, collections] = await Promise.all([api.models(), api.collections()]);
  return { status: 'ready', info, models, collections };
}

function isComplete(info: PublicInfo | ServerInfo): info is ServerInfo {
  return 'default_collection' in info;
}

import { useCallback, useEffect, useReducer, useRef } from 'react';
import type { Api } from '../api/client.js';
import { isAbort, toFailure } from '../api/failure.js';
import type { DroppedFile } from './dropped-files.js';
import {
  initialState,
  reduceUploads,
  sendingState,
  stateFromReport,
  type Upload,
  type UploadState,
} from './uploads.js';

/** Files on their way at once; the server indexes one at a time anyway. */
const UPLOADS_AT_ONCE = 2;

export interface Uploads {
  readonly list: readonly Upload[];
  add(files: readonly DroppedFile[], collection: string): void;
  cancel(id: string): void;
  clear(): void;
}

/** Sends files one after the other, a few at once. `onIndexed` is called whenever one has become searchable. */
export function useUploads(api: Api, limitBytes: number, onIndexed: () => void): Uploads {
  const [list, dispatch] = useReducer(reduceUploads, []);
  const active = useRef(new Map<string, AbortController>());
  useEffect(() => () => active.current.forEach((controller) => void controller.abort()), []);

  const send = useCallback(
    async (upload: Upload, controller: AbortController) => {
      const change = (state: UploadState) => dispatch({ type: 'changed', id: upload.id, state });
      change(await uploadOne(api, upload, controller.signal, change));
      active.current.delete(upload.id);
      onIndexed();
    },
    [api, onIndexed],
  );

  useEffect(() => {
    for (const upload of list) {
      if (active.current.size >= UPLOADS_AT_ONCE) return;
      if (upload.state.status !== 'waiting' || active.current.has(upload.id)) continue;
      const controller = new AbortController();
      active.current.set(upload.id, controller);
      void send(upload, controller);
    }
  }, [list, send]);

  return {
    list,
    add: (files, collection) =>
      dispatch({ type: 'added', uploads: files.map((file) => newUpload(file, collection, limitBytes)) }),
    cancel: (id) => {
      active.current.get(id)?.abort();
      dispatch({ type: 'changed', id, state: { status: 'cancelled' } });
    },
    clear: () => dispatch({ type: 'cleared' }),
  };
}

function newUpload({ file, path }: DroppedFile, collection: string, limitBytes: number): Upload {
  const id = crypto.getRandomValues(new Uint32Array(2)).join('-');
  return { id, file, source: path, collection, state: initialState(file.size, limitBytes) };
}

async function uploadOne(
  api: Api,
  { file, source, collection }: Upload,
  signal: AbortSignal,
  change: (state: UploadState) => void,
): Promise<UploadState> {
  try {
    const onProgress = (share: number) => change(sendingState(share));
    return stateFromReport(await api.upload({ file, source, collection, signal, onProgress }));
  } catch (thrown) {
    return isAbort(thrown) ? { status: 'cancelled' } : { status: 'failed', failure: toFailure(thrown) };
  }
}

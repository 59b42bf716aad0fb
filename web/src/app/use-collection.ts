import { useState } from 'react';
import type { Collection } from '../api/types.js';
import type { Server } from './use-server.js';

/**
 * The collection that questions go to: the picked one, else that of the document the page was opened with, else
 * the server's default.
 */
export function useCollection(
  { info, collections }: Extract<Server, { status: 'ready' }>,
  linked: string | undefined,
) {
  const [picked, pickCollection] = useState(linked);
  const find = (name: string | undefined) => collections.find((candidate) => candidate.name === name);
  const collection =
    find(picked) ?? find(info.default_collection) ?? emptyCollection(info.default_collection);
  return { collection, pickCollection };
}

function emptyCollection(name: string): Collection {
  return { name, version: 0, documents: 0, chunks: 0, languages: {} };
}

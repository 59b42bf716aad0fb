import { useEffect, useState } from 'react';
import type { Collection } from '../api/types.js';
import type { Chat } from '../chat/use-chat.js';
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

/** A conversation goes on in the collection that its last answer came from. */
export function useCollectionOf(chat: Chat, thread: string, pick: (name: string) => void): void {
  const last = chat.turns.at(-1)?.meta?.collection;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only once, when it is opened.
  useEffect(() => {
    if (chat.status === 'ready' && last) pick(last);
  }, [thread, chat.status]);
}

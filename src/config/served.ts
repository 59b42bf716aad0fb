import { PACKAGE } from './package.js';
import type { Config } from './schema.js';

/** The guides that come with Narae, in English and Korean, and the collection that they go into. */
const OWN_DOCS = {
  folder: PACKAGE.docsFolder,
  collection: 'narae-docs',
} as const;

/** What a server answers from. */
export interface Served {
  /** Collection that is asked when a request names none. */
  readonly collection: string;
  /** Folder to bring into `collection`; absent: what is stored is served as it is. */
  readonly folder?: string;
  /** True when nobody gave documents and Narae's own guides stand in. */
  readonly isOwnDocs: boolean;
}

/**
 * Chooses what to serve. A configured folder always wins; else documents stored earlier are served untouched; only
 * an empty store gets Narae's own guides, in a collection of their own, so that they never mix with anybody's.
 */
export function chooseServed(
  { ingest }: Config,
  stored: readonly { readonly name: string; readonly documents: number }[],
): Served {
  const { folder, collection } = ingest;
  if (folder !== undefined) return { folder, collection, isOwnDocs: false };
  const hasDocuments = stored.some(({ name, documents }) => name === collection && documents > 0);
  return hasDocuments ? { collection, isOwnDocs: false } : { ...OWN_DOCS, isOwnDocs: true };
}

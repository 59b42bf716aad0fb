import type { Config } from '../config/index.js';
import { NaraeError } from '../core/index.js';
import type { App, Parts } from './app.js';
import type { CommandContext } from './command.js';

/** Opens the parts for the length of `work`, and closes them whatever happens. */
export async function withParts<Value>(
  { loaded, loadApp }: CommandContext,
  work: (parts: Parts, config: Config) => Promise<Value>,
): Promise<Value> {
  const app: App = await loadApp();
  const parts = await app.openParts(loaded.config);
  try {
    return await work(parts, loaded.config);
  } finally {
    await parts.close();
  }
}

/** The collection that a question goes to. Throws `nothing_indexed` when there is nothing to ask. */
export async function collectionToAsk(parts: Parts, config: Config): Promise<string> {
  const { collection } = parts.served;
  const stored = await parts.store.listCollections(parts.tenant);
  if (stored.every(({ documents }) => documents === 0)) {
    throw new NaraeError('nothing_indexed', { values: { dir: config.data.dir } });
  }
  if (stored.some(({ name }) => name === collection)) return collection;
  throw new NaraeError('collection_not_found', { field: 'collection', values: { collection } });
}

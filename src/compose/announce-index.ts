import type { EventSink } from '../observe/index.js';
import type { DocumentStore } from '../retrieval/spec.js';

/** Tells the size of every stored collection, so that metrics are right before the first change. */
export async function announceIndex(store: DocumentStore, tenant: string, emit: EventSink): Promise<void> {
  for (const { name, documents, chunks, version } of await store.listCollections(tenant)) {
    emit({ type: 'index-changed', collection: name, documents, chunks, version });
  }
}

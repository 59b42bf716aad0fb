import { toNaraeError } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import type { DocumentStore } from '../../retrieval/spec.js';

interface State {
  /** A commit came since the collection was read last. */
  again: boolean;
  telling: Promise<void> | undefined;
}

/** Tells the sinks what a collection has become after a commit; commits that come fast are told together. */
export class ChangeAnnouncer {
  readonly #collections: Pick<DocumentStore, 'getCollection'>;
  readonly #events: EventSink;
  readonly #states = new Map<string, State>();

  constructor(collections: Pick<DocumentStore, 'getCollection'>, events: EventSink) {
    this.#collections = collections;
    this.#events = events;
  }

  /** Reads the collection and tells, soon. A collection that cannot be read becomes an `error` event. */
  announce(tenant: string, collection: string): void {
    const key = `${tenant}\n${collection}`;
    const state = this.#states.get(key) ?? { again: false, telling: undefined };
    this.#states.set(key, state);
    state.again = true;
    state.telling ??= this.#tellAll(tenant, collection, state).finally(() => this.#states.delete(key));
  }

  /** Resolves when everything announced so far was told. */
  async settled(tenant: string, collection: string): Promise<void> {
    await this.#states.get(`${tenant}\n${collection}`)?.telling;
  }

  async #tellAll(tenant: string, collection: string, state: State): Promise<void> {
    while (state.again) {
      state.again = false;
      await this.#tell(tenant, collection);
    }
  }

  async #tell(tenant: string, name: string): Promise<void> {
    try {
      const { documents, chunks, version } = await this.#collections.getCollection(tenant, name);
      this.#events({ type: 'index-changed', collection: name, documents, chunks, version });
    } catch (thrown) {
      const { code, message } = toNaraeError(thrown);
      this.#events({ type: 'error', code, message, cause: thrown });
    }
  }
}

import { type CheckpointPendingWrite, maxChannelVersion, TASKS } from '@langchain/langgraph-checkpoint';
import { NaraeError } from '../core/index.js';
import {
  type ChannelValue,
  type CheckpointQuery,
  type CheckpointStore,
  type ContentId,
  contentsOf,
  joinCut,
  readContent,
  reasonOf,
  resolveManifest,
  type StoredManifest,
  type ThreadRef,
  unreadable,
} from '../threads/index.js';
import type { RememberedFrames } from './frames.js';
import type { Manifests } from './manifests.js';
import { decodeWrites, pendingWrite, type StoredWrite } from './pending-writes.js';
import type { ContentReader, Values } from './values.js';

/** What savers share that speak to one store. */
export interface SaverParts {
  readonly store: CheckpointStore;
  readonly manifests: Manifests;
  readonly frames: RememberedFrames;
  readonly values: Values;
}

/** A checkpoint as it was found; values are decoded when they are asked for. */
export interface FoundCheckpoint {
  readonly manifest: StoredManifest;
  readonly writes: readonly StoredWrite[];
  readonly read: ContentReader;
}

export type FoundEntry =
  | { readonly kind: 'checkpoint'; readonly found: FoundCheckpoint }
  | { readonly kind: 'unreadable'; readonly id: string; readonly error: NaraeError };

/** Reads the checkpoints of one thread. */
export class ThreadReader {
  readonly thread: ThreadRef;
  readonly #parts: SaverParts;

  constructor(thread: ThreadRef, parts: SaverParts) {
    this.thread = thread;
    this.#parts = parts;
  }

  /** The newest of a namespace, or the one with an id. Throws `thread_record_unreadable`. */
  async find(namespace: string, id: string | undefined): Promise<FoundCheckpoint | undefined> {
    const query: CheckpointQuery =
      id === undefined ? { kind: 'latest', namespace } : { kind: 'one', place: { namespace, id } };
    const [entry] = await this.load(query);
    if (entry === undefined) return undefined;
    if (entry.kind === 'unreadable') throw entry.error;
    return entry.found;
  }

  /** One round trip; a second only where contents of a known checkpoint were forgotten: a cache too small. */
  async load(query: CheckpointQuery): Promise<FoundEntry[]> {
    const { store, manifests, frames } = this.#parts;
    const known = new Map(manifests.of(this.#key));
    const loaded = await store.load(this.thread, query, [...known.keys()]);
    frames.remember(loaded.contents);
    const contents = new Map(loaded.contents);
    const entries = loaded.targets.map((target): FoundEntry => {
      try {
        const manifest = resolveManifest(this.thread, target.stamp, loaded, known);
        const writes = this.#named(target.id, () => decodeWrites(target.writes));
        return { kind: 'checkpoint', found: { manifest, writes, read: this.#reader(contents) } };
      } catch (error) {
        if (!(error instanceof NaraeError)) throw error;
        return { kind: 'unreadable', id: target.id, error };
      }
    });
    const found = entries.flatMap((entry) => (entry.kind === 'checkpoint' ? [entry.found] : []));
    // Newest last: those are the ones that stay known.
    manifests.remember(this.#key, found.map(({ manifest }) => manifest).reverse());
    await this.#fetchForgotten(found, contents);
    return entries;
  }

  /** Channels that never got a value, or were emptied, are left out. */
  async channelValues({ manifest, read }: FoundCheckpoint): Promise<Record<string, unknown>> {
    const decoded = [...manifest.values].map(async ([channel, value]) => [
      channel,
      await this.value(value, read),
    ]);
    return Object.fromEntries(await Promise.all(decoded));
  }

  value(value: ChannelValue, read: ContentReader): Promise<unknown> {
    return this.#parts.values.decode(value, read);
  }

  async pendingWrites({ writes, read }: FoundCheckpoint): Promise<CheckpointPendingWrite[]> {
    return Promise.all(writes.map(async (write) => pendingWrite(write, await this.value(write.value, read))));
  }

  /**
   * Checkpoints before format 4 kept what is sent to tasks as writes of their parent: it becomes a channel.
   * Costs a second round trip.
   */
  async legacySends({ manifest }: FoundCheckpoint): Promise<unknown[] | undefined> {
    if (manifest.version >= 4 || manifest.parent === undefined) return undefined;
    const parent = await this.find(manifest.namespace, manifest.parent);
    if (parent === undefined) return [];
    const sends = parent.writes.filter(({ channel }) => channel === TASKS);
    return Promise.all(sends.map(({ value }) => this.value(value, parent.read)));
  }

  get #key(): string {
    return threadKey(this.thread);
  }

  #reader(contents: ReadonlyMap<ContentId, Buffer>): ContentReader {
    const named = (id: ContentId | undefined, body: () => Buffer | undefined): Buffer => {
      const name = id === undefined ? 'a text' : Buffer.from(id, 'latin1').toString('hex');
      const bytes = this.#named(name, body);
      if (bytes === undefined) throw unreadable(this.thread, name, 'it is missing');
      return bytes;
    };
    return {
      content: (id) => named(id, () => readContent(id, contents)),
      join: (cut) => named(cut.refs[0], () => joinCut(cut, contents)),
    };
  }

  #named<Result>(record: string, body: () => Result): Result {
    try {
      return body();
    } catch (thrown) {
      throw unreadable(this.thread, record, reasonOf(thrown), thrown);
    }
  }

  async #fetchForgotten(found: readonly FoundCheckpoint[], contents: Map<ContentId, Buffer>): Promise<void> {
    const { store, frames, values } = this.#parts;
    const needed = found.flatMap(({ manifest, writes }) =>
      [...manifest.values.values(), ...writes.map(({ value }) => value)].flatMap(contentsOf),
    );
    const missing = new Set(
      needed.filter((id) => !contents.has(id) && !values.has(id) && !frames.addTo(contents, id)),
    );
    if (missing.size === 0) return;
    for (const [id, frame] of await store.contents(this.thread, [...missing])) contents.set(id, frame);
  }
}

export function threadKey({ tenant, thread }: ThreadRef): string {
  return `${tenant}\0${thread}`;
}

export function sendsVersion(
  versions: readonly (string | number)[],
  first: string | number,
): string | number {
  return versions.length > 0 ? maxChannelVersion(...versions) : first;
}

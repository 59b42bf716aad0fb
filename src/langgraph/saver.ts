import { isDeepStrictEqual } from 'node:util';
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  type DeltaChannelHistory,
  type PendingWrite,
  type SerializerProtocol,
  TASKS,
} from '@langchain/langgraph-checkpoint';
import type { NaraeError } from '../core/index.js';
import { type CheckpointStore, PAGE_LIMIT } from '../threads/index.js';
import { deltaHistory } from './delta-history.js';
import { RememberedFrames } from './frames.js';
import { Manifests } from './manifests.js';
import { encodeWrites } from './pending-writes.js';
import {
  checkpointIdOf,
  configOf,
  nameOf,
  namespaceOf,
  requirePlace,
  requireThread,
  threadOf,
} from './place.js';
import { RememberedValues } from './remembered.js';
import {
  type FoundCheckpoint,
  type FoundEntry,
  type SaverParts,
  sendsVersion,
  ThreadReader,
  threadKey,
} from './thread-reader.js';
import { putCheckpoint } from './thread-writer.js';
import { Values } from './values.js';

export interface NaraeSaverOptions {
  /** From `openEmbeddedCheckpoints` or `openRedisCheckpoints`; whoever opened it closes it. */
  readonly store: CheckpointStore;
  /** Whose threads these are. Threads of other tenants are not there for this saver. Default `default`. */
  readonly tenant?: string;
  /** Default: LangGraph's JsonPlusSerializer. */
  readonly serde?: SerializerProtocol;
  /** Bytes of values kept in memory. Default 32 MB. */
  readonly cacheBytes?: number;
}

const CACHE_BYTES = 32 << 20;

/**
 * LangGraph's checkpoint saver over Narae's stores. All methods reject with `invalid_request` for a config that
 * cannot be, `thread_record_unreadable` for a record that cannot be read, and `storage_…` or `redis_…`.
 */
export class NaraeSaver extends BaseCheckpointSaver {
  readonly #tenant: string;
  readonly #parts: SaverParts;

  constructor({ store, tenant = 'default', serde, cacheBytes = CACHE_BYTES }: NaraeSaverOptions) {
    super(serde);
    this.#tenant = nameOf('tenant', tenant);
    const values = new Values(this.serde, new RememberedValues(Math.ceil(cacheBytes / 2)));
    const frames = new RememberedFrames(Math.ceil(cacheBytes / 2));
    this.#parts = { store, manifests: new Manifests(), frames, values };
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const thread = threadOf(config);
    if (thread === undefined) return undefined;
    const reader = this.#reader(thread);
    const found = await reader.find(namespaceOf(config), checkpointIdOf(config));
    return found && this.#tuple(reader, found);
  }

  /**
   * Newest first, thread by thread where the config names none. Checkpoints that cannot be read are passed over;
   * the first of them is thrown at the end.
   */
  override async *list(
    config: RunnableConfig,
    options: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    let failure: NaraeError | undefined;
    for await (const thread of this.#threads(config)) {
      const reader = this.#reader(thread);
      for await (const entry of this.#entries(reader, config, options, left)) {
        if (left <= 0) return;
        if (entry.kind === 'unreadable') failure ??= entry.error;
        else if (await this.#fits(entry.found, options.filter)) {
          yield await this.#tuple(reader, entry.found);
          left--;
        }
      }
    }
    if (failure !== undefined) throw failure;
  }

  /** One round trip, when the parent was loaded or stored by this saver before, as LangGraph does. */
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const thread = requireThread(config);
    const namespace = namespaceOf(config);
    const parent = checkpointIdOf(config);
    nameOf('checkpoint_id', checkpoint.id);
    const base = parent === undefined ? undefined : await this.#base(thread, namespace, parent);
    const put = { namespace, parent, checkpoint, metadata, newVersions };
    await putCheckpoint({ tenant: this.#tenant, thread }, put, base, this.#parts);
    return configOf(thread, { namespace, id: checkpoint.id });
  }

  override async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = '',
  ): Promise<void> {
    const thread = requireThread(config);
    const place = requirePlace(config);
    const { frame, contents } = await encodeWrites(taskId, taskPath, writes, this.#parts.values);
    await this.#parts.store.putWrites({ tenant: this.#tenant, thread }, place, frame, contents);
    this.#parts.frames.remember(contents);
  }

  override async deleteThread(threadId: string): Promise<void> {
    const thread = { tenant: this.#tenant, thread: nameOf('thread_id', threadId) };
    this.#parts.manifests.forget(threadKey(thread));
    await this.#parts.store.deleteThread(thread);
  }

  override async getDeltaChannelHistory(options: {
    config: RunnableConfig;
    channels: string[];
  }): Promise<Record<string, DeltaChannelHistory>> {
    const { config, channels } = options;
    const thread = threadOf(config);
    const reader = thread === undefined ? undefined : this.#reader(thread);
    const found = await reader?.find(namespaceOf(config), checkpointIdOf(config));
    if (reader === undefined || found === undefined)
      return Object.fromEntries(channels.map((channel) => [channel, { writes: [] }]));
    return deltaHistory(reader, found, channels);
  }

  #reader(thread: string): ThreadReader {
    return new ThreadReader({ tenant: this.#tenant, thread }, this.#parts);
  }

  async #base(thread: string, namespace: string, id: string) {
    const key = threadKey({ tenant: this.#tenant, thread });
    return (
      this.#parts.manifests.find(key, namespace, id) ??
      (await this.#reader(thread).find(namespace, id))?.manifest
    );
  }

  async *#threads(config: RunnableConfig): AsyncIterable<string> {
    const thread = threadOf(config);
    if (thread !== undefined) yield thread;
    else for await (const page of this.#parts.store.threads(this.#tenant)) yield* page;
  }

  async *#entries(
    reader: ThreadReader,
    config: RunnableConfig,
    { before, filter }: CheckpointListOptions,
    left: number,
  ): AsyncIterable<FoundEntry> {
    const namespace = config.configurable?.checkpoint_ns === undefined ? undefined : namespaceOf(config);
    const only = checkpointIdOf(config);
    let bound = before && checkpointIdOf(before);
    const limit = filter === undefined ? Math.min(left, PAGE_LIMIT) : PAGE_LIMIT;
    if (limit <= 0) return;
    for (;;) {
      const page = await reader.load({
        kind: 'page',
        ...(namespace !== undefined && { namespace }),
        ...(bound !== undefined && { before: bound }),
        limit,
      });
      yield* page.filter((entry) => only === undefined || idOf(entry) === only);
      if (page.length < limit) return;
      bound = idOf(page.at(-1)!);
    }
  }

  async #fits({ manifest }: FoundCheckpoint, filter: CheckpointListOptions['filter']): Promise<boolean> {
    if (filter === undefined) return true;
    const metadata = (await this.#parts.values.load(manifest.metadata)) as Record<string, unknown>;
    return Object.entries(filter).every(([key, value]) => isDeepStrictEqual(metadata[key], value));
  }

  async #tuple(reader: ThreadReader, found: FoundCheckpoint): Promise<CheckpointTuple> {
    const { manifest } = found;
    const { thread } = reader.thread;
    const [checkpoint, metadata, pendingWrites] = await Promise.all([
      this.#checkpoint(reader, found),
      this.#parts.values.load(manifest.metadata) as Promise<CheckpointMetadata>,
      reader.pendingWrites(found),
    ]);
    const { namespace, parent } = manifest;
    return {
      config: configOf(thread, manifest),
      checkpoint,
      metadata,
      pendingWrites,
      ...(parent !== undefined && { parentConfig: configOf(thread, { namespace, id: parent }) }),
    };
  }

  async #checkpoint(reader: ThreadReader, found: FoundCheckpoint): Promise<Checkpoint> {
    const { version, id, time, versions, seen } = found.manifest;
    const [values, sends] = await Promise.all([reader.channelValues(found), reader.legacySends(found)]);
    const channelVersions = { ...versions };
    if (sends !== undefined) {
      values[TASKS] = sends;
      channelVersions[TASKS] = sendsVersion(Object.values(versions), this.getNextVersion(undefined));
    }
    return {
      v: version,
      id,
      ts: time,
      channel_values: values,
      channel_versions: channelVersions,
      versions_seen: Object.fromEntries(Object.entries(seen).map(([node, one]) => [node, { ...one }])),
    };
  }
}

function idOf(entry: FoundEntry): string {
  return entry.kind === 'checkpoint' ? entry.found.manifest.id : entry.id;
}

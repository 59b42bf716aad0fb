import type { Checkpoint, CheckpointMetadata } from '@langchain/langgraph-checkpoint';
import {
  type ChannelValue,
  type CheckpointPlace,
  type ContentId,
  ContentWriter,
  contentsOf,
  encodeCheckpoint,
  type Manifest,
  mayExtend,
  type StoredManifest,
  storedManifest,
  type ThreadRef,
  type Versions,
} from '../threads/index.js';
import type { SaverParts } from './thread-reader.js';
import { threadKey } from './thread-reader.js';

export interface NewCheckpoint {
  readonly namespace: string;
  readonly parent: string | undefined;
  readonly checkpoint: Checkpoint;
  readonly metadata: CheckpointMetadata;
  readonly newVersions: Versions;
}

/**
 * Stores a checkpoint against its parent's manifest, or on its own feet where the parent was not found or has gone
 * meanwhile: the checkpoint holds all values.
 */
export async function putCheckpoint(
  thread: ThreadRef,
  put: NewCheckpoint,
  base: StoredManifest | undefined,
  parts: SaverParts,
): Promise<void> {
  const isOrphan = base === undefined && put.parent !== undefined;
  if (await tryPut(thread, put, base, isOrphan, parts)) return;
  parts.manifests.forget(threadKey(thread));
  await tryPut(thread, put, undefined, true, parts);
}

/** False when the base is gone. */
async function tryPut(
  thread: ThreadRef,
  put: NewCheckpoint,
  base: StoredManifest | undefined,
  storeAll: boolean,
  parts: SaverParts,
): Promise<boolean> {
  const writer = new ContentWriter();
  const values = await encodeValues(put, base, storeAll, writer, parts);
  const manifest = await manifestOf(put, values, parts);
  const isDelta = base !== undefined && mayExtend(base);
  const frame = encodeCheckpoint(manifest, isDelta ? base : undefined);
  const record = { ...placeOf(manifest), ...(base !== undefined && { base }), isDelta, frame };
  const stamp = await parts.store.put(thread, record, writer.contents);
  if (stamp === undefined) return false;
  parts.frames.remember(writer.contents);
  parts.manifests.remember(threadKey(thread), [storedManifest(manifest, stamp, isDelta ? base : undefined)]);
  return true;
}

async function encodeValues(
  { checkpoint, metadata, newVersions }: NewCheckpoint,
  base: StoredManifest | undefined,
  storeAll: boolean,
  writer: ContentWriter,
  { values }: SaverParts,
): Promise<ReadonlyMap<string, ChannelValue>> {
  const isStored = storedIn(base);
  // A fork has a parent that is not the one its values came from, and says of no channel that it changed.
  const isFork = storeAll || metadata.source === 'fork';
  const encoded = Object.entries(checkpoint.channel_versions).map(
    async ([channel, version]): Promise<[string, ChannelValue] | undefined> => {
      const isInherited = base !== undefined && base.versions[channel] === version;
      if (!Object.hasOwn(newVersions, channel) && !isFork) {
        const inherited = isInherited ? base.values.get(channel) : undefined;
        if (isInherited || base === undefined) return inherited && [channel, inherited];
      }
      if (!Object.hasOwn(checkpoint.channel_values, channel)) return undefined;
      return [channel, await values.encode(checkpoint.channel_values[channel], writer, isStored)];
    },
  );
  return new Map((await Promise.all(encoded)).filter((entry) => entry !== undefined));
}

async function manifestOf(
  { namespace, parent, checkpoint, metadata }: NewCheckpoint,
  values: ReadonlyMap<string, ChannelValue>,
  parts: SaverParts,
): Promise<Manifest> {
  return {
    namespace,
    id: checkpoint.id,
    ...(parent !== undefined && { parent }),
    version: checkpoint.v,
    time: checkpoint.ts,
    metadata: await parts.values.dump(metadata),
    // Copies: LangGraph goes on writing into the objects that it gave.
    versions: { ...checkpoint.channel_versions },
    seen: Object.fromEntries(
      Object.entries(checkpoint.versions_seen).map(([node, versions]) => [node, { ...versions }]),
    ),
    values,
  };
}

/** Contents of the base are in the store as long as the base is, which `put` makes sure of. */
function storedIn(base: StoredManifest | undefined): (id: ContentId) => boolean {
  if (base === undefined) return () => false;
  // Most steps change no list: then nobody asks.
  let stored: Set<ContentId> | undefined;
  return (id) => {
    stored ??= new Set([...base.values.values()].flatMap(contentsOf));
    return stored.has(id);
  };
}

function placeOf({ namespace, id }: Manifest): CheckpointPlace {
  return { namespace, id };
}

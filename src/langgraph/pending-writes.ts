import {
  type CheckpointPendingWrite,
  compareWritesSortKeys,
  type PendingWrite,
  WRITES_IDX_MAP,
  writesSortKey,
} from '@langchain/langgraph-checkpoint';
import { Packr } from 'msgpackr';
import {
  type ChannelValue,
  type ContentId,
  ContentWriter,
  decodeFrame,
  encodeFrame,
  type PackedValue,
  packId,
  packValue,
  unpackId,
  unpackValue,
} from '../threads/index.js';
import type { Values } from './values.js';

/** Errors, interrupts and the like have places of their own, below zero. */
const PLACES: ReadonlyMap<string, number> = new Map(Object.entries(WRITES_IDX_MAP));
const packr = new Packr({ useRecords: false });

type Body = readonly [
  /** A UUID as bytes. */
  task: string | Uint8Array,
  path: string,
  writes: readonly (readonly [channel: string, index: number, value: PackedValue])[],
];

/** One task's write, its value not decoded yet. */
export interface StoredWrite {
  readonly task: string;
  readonly path: string;
  readonly index: number;
  readonly channel: string;
  readonly value: ChannelValue;
}

export interface EncodedWrites {
  readonly frame: Buffer;
  readonly contents: ReadonlyMap<ContentId, Buffer>;
}

export async function encodeWrites(
  task: string,
  path: string,
  writes: readonly PendingWrite[],
  values: Values,
): Promise<EncodedWrites> {
  const writer = new ContentWriter();
  const encoded = await Promise.all(writes.map(([, value]) => values.encodeOnce(value, writer)));
  const refs: ContentId[] = [];
  const body: Body = [
    packId(task),
    path,
    writes.map(([channel], index) => [
      channel,
      PLACES.get(channel) ?? index,
      packValue(encoded[index]!, 0, refs),
    ]),
  ];
  return { frame: encodeFrame(refs, packr.pack(body)), contents: writer.contents };
}

/** The writes of one checkpoint in the order in which LangGraph applies them. Throws `UnreadableFrame`. */
export function decodeWrites(frames: readonly Buffer[]): StoredWrite[] {
  const byPlace = new Map<string, StoredWrite>();
  for (const write of frames.flatMap(decodeFrameWrites)) {
    const place = `${write.index} ${write.task}`;
    // A task that ran twice keeps its first writes; an error or an interrupt is replaced by the newer one.
    if (write.index < 0 || !byPlace.has(place)) byPlace.set(place, write);
  }
  return [...byPlace.values()].sort((a, b) => compareWritesSortKeys(sortKey(a), sortKey(b)));
}

export function pendingWrite({ task, channel }: StoredWrite, value: unknown): CheckpointPendingWrite {
  return [task, channel, value];
}

function sortKey({ path, task, index }: StoredWrite) {
  return writesSortKey(path, task, index);
}

function decodeFrameWrites(frame: Buffer): StoredWrite[] {
  const { refs, body } = decodeFrame(frame);
  const [task, path, writes] = packr.unpack(body) as Body;
  const next = refs[Symbol.iterator]();
  return writes.map(([channel, index, packed]) => ({
    task: unpackId(task),
    path,
    index,
    channel,
    value: unpackValue(packed, undefined, next),
  }));
}

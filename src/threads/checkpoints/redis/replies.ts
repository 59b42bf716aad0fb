import type { RedisReply } from '../../../redis/spec.js';
import type { ContentId, Contents, LoadedCheckpoints, LoadedTarget, StoredRecord } from '../spec.js';
import { fromKeyId } from './key-id.js';

/** What `LOAD` gave. */
export function readLoaded(reply: RedisReply): LoadedCheckpoints {
  const [targets, records, contents] = reply as readonly Buffer[][];
  return {
    targets: inGroups(targets!, 4).map(([namespace, id, stamp, log]) =>
      targetOf(namespace!, id!, stamp!, log!),
    ),
    records: new Map(
      inGroups(records!, 3).map(([namespace, id, raw]) => {
        const record = recordOf(namespace!, id!, raw!);
        return [record.stamp, record];
      }),
    ),
    contents: readContents(contents!),
  };
}

export function readContents(reply: RedisReply): Contents {
  const pairs = inGroups(reply as readonly Buffer[], 2);
  return new Map(pairs.map(([id, frame]): [ContentId, Buffer] => [id!.toString('latin1'), frame!]));
}

function targetOf(namespace: Buffer, id: Buffer, stamp: Buffer, log: Buffer): LoadedTarget {
  const writes: Buffer[] = [];
  for (let at = 0; at + 4 <= log.length; ) {
    const end = at + 4 + log.readUInt32BE(at);
    writes.push(log.subarray(at + 4, end));
    at = end;
  }
  return { namespace: String(namespace), id: fromKeyId(id), stamp: Number(stamp), writes };
}

function recordOf(namespace: Buffer, id: Buffer, raw: Buffer): StoredRecord {
  const stamp = raw.readDoubleBE(0);
  const below = raw.readUInt32BE(8);
  return {
    namespace: String(namespace),
    id: fromKeyId(id),
    stamp,
    ...(below !== 0 && { base: stamp - below }),
    frame: raw.subarray(14 + raw.readUInt16BE(12)),
  };
}

function inGroups<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  return Array.from({ length: items.length / size }, (_, group) =>
    items.slice(group * size, (group + 1) * size),
  );
}

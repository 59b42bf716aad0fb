import { readRefs } from '../frame.js';
import { packId, unpackId } from '../packed-id.js';
import type { CheckpointQuery, ContentId, LoadedCheckpoints, LoadedTarget, StoredRecord } from '../spec.js';
import type { Connection, SqlValue } from './connection.js';

interface RecordRow {
  readonly stamp: number;
  readonly namespace: string;
  readonly id: string | ArrayBuffer;
  readonly base: number | null;
  readonly frame: ArrayBuffer;
}

const COLUMNS = 'stamp, namespace, id, base, frame';
/** Contents read by one statement; one text for every number of them would fill the statement cache. */
const CONTENTS_AT_ONCE = 64;

/** Everything that a query's checkpoints need. In a read transaction. */
export function loadCheckpoints(
  connection: Connection,
  threadNo: number,
  query: CheckpointQuery,
  known: ReadonlySet<number>,
): LoadedCheckpoints {
  const targets = findTargets(connection, threadNo, query);
  const records = new Map<number, StoredRecord>();
  for (const target of targets) walk(connection, target, known, records);
  const withWrites = targets.map((target) => readWrites(connection, threadNo, target));
  const frames = [
    ...[...records.values()].filter(({ stamp }) => !known.has(stamp)).map(({ frame }) => frame),
    ...withWrites.flatMap(({ writes }) => writes),
  ];
  const contents = readContents(connection, threadNo, frames.flatMap(readRefs));
  return { targets: withWrites, records, contents };
}

function findTargets(connection: Connection, threadNo: number, query: CheckpointQuery): StoredRecord[] {
  const { where, params, limit } = conditionOf(query);
  const rows = connection.all<RecordRow>(
    `SELECT ${COLUMNS} FROM checkpoint_records WHERE thread_no = ? AND superseded = 0 ${where}
     ORDER BY id DESC, namespace LIMIT ?`,
    threadNo,
    ...params,
    limit,
  );
  return rows.map(recordOf);
}

function conditionOf(query: CheckpointQuery): { where: string; params: SqlValue[]; limit: number } {
  switch (query.kind) {
    case 'latest':
      return { where: 'AND namespace = ?', params: [query.namespace], limit: 1 };
    case 'one':
      return {
        where: 'AND namespace = ? AND id = ?',
        params: [query.place.namespace, packId(query.place.id)],
        limit: 1,
      };
    case 'page': {
      const conditions: [string, SqlValue][] = [];
      if (query.namespace !== undefined) conditions.push(['AND namespace = ?', query.namespace]);
      if (query.before !== undefined) conditions.push(['AND id < ?', packId(query.before)]);
      return {
        where: conditions.map(([text]) => text).join(' '),
        params: conditions.map(([, value]) => value),
        limit: query.limit,
      };
    }
  }
}

/** From a record down its bases, to a whole one or one that is known or was met before. */
function walk(
  connection: Connection,
  from: StoredRecord,
  known: ReadonlySet<number>,
  records: Map<number, StoredRecord>,
): void {
  let record: StoredRecord | undefined = from;
  while (record !== undefined && !records.has(record.stamp)) {
    records.set(record.stamp, record);
    if (record.base === undefined || known.has(record.stamp) || known.has(record.base)) return;
    const row: RecordRow | undefined = connection.first<RecordRow>(
      `SELECT ${COLUMNS} FROM checkpoint_records WHERE stamp = ?`,
      record.base,
    );
    record = row && recordOf(row);
  }
}

function readWrites(connection: Connection, threadNo: number, target: StoredRecord): LoadedTarget {
  const { namespace, id, stamp } = target;
  const rows = connection.all<{ frame: ArrayBuffer }>(
    'SELECT frame FROM checkpoint_writes WHERE thread_no = ? AND namespace = ? AND id = ? ORDER BY number',
    threadNo,
    namespace,
    packId(id),
  );
  return { namespace, id, stamp, writes: rows.map(({ frame }) => Buffer.from(frame)) };
}

/** The contents and those that they are cut into: two levels, never more. */
export function readContents(
  connection: Connection,
  threadNo: number,
  ids: Iterable<ContentId>,
): Map<ContentId, Buffer> {
  const contents = new Map<ContentId, Buffer>();
  for (let wanted = new Set(ids); wanted.size > 0; ) {
    const found = readLevel(connection, threadNo, [...wanted]);
    for (const [id, frame] of found) contents.set(id, frame);
    wanted = new Set([...found.values()].flatMap(readRefs).filter((id) => !contents.has(id)));
  }
  return contents;
}

function readLevel(connection: Connection, threadNo: number, ids: ContentId[]): Map<ContentId, Buffer> {
  const found = new Map<ContentId, Buffer>();
  for (let from = 0; from < ids.length; from += CONTENTS_AT_ONCE) {
    const some = ids.slice(from, from + CONTENTS_AT_ONCE).map((id) => Buffer.from(id, 'latin1'));
    const marks = some.length === 1 ? 1 : CONTENTS_AT_ONCE;
    while (some.length < marks) some.push(some[0]!);
    const rows = connection.all<{ hash: ArrayBuffer; frame: ArrayBuffer }>(
      `SELECT hash, frame FROM checkpoint_contents
       WHERE thread_no = ? AND hash IN (${'?, '.repeat(marks - 1)}?)`,
      threadNo,
      ...some,
    );
    for (const { hash, frame } of rows) found.set(Buffer.from(hash).toString('latin1'), Buffer.from(frame));
  }
  return found;
}

function recordOf({ stamp, namespace, id, base, frame }: RecordRow): StoredRecord {
  return {
    stamp,
    namespace,
    id: unpackId(typeof id === 'string' ? id : new Uint8Array(id)),
    ...(base !== null && { base }),
    frame: Buffer.from(frame),
  };
}

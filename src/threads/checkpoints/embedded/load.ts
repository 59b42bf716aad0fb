import type { SqlDatabase, SqlValue } from '../../../sql/index.js';
import { readRefs } from '../frame.js';
import { packId, unpackId } from '../packed-id.js';
import { asBuffer } from '../packed-value.js';
import type { CheckpointQuery, ContentId, LoadedCheckpoints, LoadedTarget, StoredRecord } from '../spec.js';

interface RecordRow {
  readonly stamp: number;
  readonly namespace: string;
  readonly id: string | Uint8Array;
  readonly base: number | null;
  readonly frame: Uint8Array;
}

const COLUMNS = 'stamp, namespace, id, base, frame';
/** Contents read by one statement; one text for every number of them would fill the statement cache. */
const CONTENTS_AT_ONCE = 64;

/** Everything that a query's checkpoints need. In a read transaction. */
export function loadCheckpoints(
  database: SqlDatabase,
  threadNo: number,
  query: CheckpointQuery,
  known: ReadonlySet<number>,
): LoadedCheckpoints {
  const targets = findTargets(database, threadNo, query);
  const records = new Map<number, StoredRecord>();
  for (const target of targets) walk(database, target, known, records);
  const withWrites = targets.map((target) => readWrites(database, threadNo, target));
  const frames = [
    ...[...records.values()].filter(({ stamp }) => !known.has(stamp)).map(({ frame }) => frame),
    ...withWrites.flatMap(({ writes }) => writes),
  ];
  const contents = readContents(database, threadNo, frames.flatMap(readRefs));
  return { targets: withWrites, records, contents };
}

function findTargets(database: SqlDatabase, threadNo: number, query: CheckpointQuery): StoredRecord[] {
  const { where, params, limit } = conditionOf(query);
  const rows = database.all<RecordRow>(
    `SELECT ${COLUMNS} FROM checkpoint_records WHERE thread_no = ? AND superseded = 0 ${where}
     ORDER BY id DESC, namespace LIMIT ?`,
    [threadNo, ...params, limit],
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
  database: SqlDatabase,
  from: StoredRecord,
  known: ReadonlySet<number>,
  records: Map<number, StoredRecord>,
): void {
  let record: StoredRecord | undefined = from;
  while (record !== undefined && !records.has(record.stamp)) {
    records.set(record.stamp, record);
    if (record.base === undefined || known.has(record.stamp) || known.has(record.base)) return;
    const row: RecordRow | undefined = database.first<RecordRow>(
      `SELECT ${COLUMNS} FROM checkpoint_records WHERE stamp = ?`,
      [record.base],
    );
    record = row && recordOf(row);
  }
}

function readWrites(database: SqlDatabase, threadNo: number, target: StoredRecord): LoadedTarget {
  const { namespace, id, stamp } = target;
  const rows = database.all<{ frame: Uint8Array }>(
    'SELECT frame FROM checkpoint_writes WHERE thread_no = ? AND namespace = ? AND id = ? ORDER BY number',
    [threadNo, namespace, packId(id)],
  );
  return { namespace, id, stamp, writes: rows.map(({ frame }) => asBuffer(frame)) };
}

/** The contents and those that they are cut into: two levels, never more. */
export function readContents(
  database: SqlDatabase,
  threadNo: number,
  ids: Iterable<ContentId>,
): Map<ContentId, Buffer> {
  const contents = new Map<ContentId, Buffer>();
  for (let wanted = new Set(ids); wanted.size > 0; ) {
    const found = readLevel(database, threadNo, [...wanted]);
    for (const [id, frame] of found) contents.set(id, frame);
    wanted = new Set([...found.values()].flatMap(readRefs).filter((id) => !contents.has(id)));
  }
  return contents;
}

function readLevel(database: SqlDatabase, threadNo: number, ids: ContentId[]): Map<ContentId, Buffer> {
  const found = new Map<ContentId, Buffer>();
  for (let from = 0; from < ids.length; from += CONTENTS_AT_ONCE) {
    const some = ids.slice(from, from + CONTENTS_AT_ONCE).map((id) => Buffer.from(id, 'latin1'));
    const marks = some.length === 1 ? 1 : CONTENTS_AT_ONCE;
    while (some.length < marks) some.push(some[0]!);
    const rows = database.all<{ hash: Uint8Array; frame: Uint8Array }>(
      `SELECT hash, frame FROM checkpoint_contents
       WHERE thread_no = ? AND hash IN (${'?, '.repeat(marks - 1)}?)`,
      [threadNo, ...some],
    );
    for (const { hash, frame } of rows) found.set(asBuffer(hash).toString('latin1'), asBuffer(frame));
  }
  return found;
}

function recordOf({ stamp, namespace, id, base, frame }: RecordRow): StoredRecord {
  return {
    stamp,
    namespace,
    id: unpackId(id),
    ...(base !== null && { base }),
    frame: asBuffer(frame),
  };
}

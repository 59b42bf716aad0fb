import { globTest } from '../../glob.js';
import type { EntryAddress, RecordLife, TierRecord, TierScope } from '../../tier.js';
import type { CacheDatabase, SqlValue } from './database.js';
import { ROW_OVERHEAD_BYTES } from './schema.js';

export interface StoredRow {
  readonly entry: number;
  readonly used: number;
  readonly stored: number;
  readonly fresh: number;
  readonly keep: number;
  readonly reads: number;
  /** The driver's own copy. */
  readonly body: ArrayBuffer;
}

const BY_KEY = 'cache = ? AND tenant = ? AND id = ?';

export function readRow(db: CacheDatabase, address: EntryAddress, nowMs: number): StoredRow | undefined {
  return db.all<StoredRow>(
    `SELECT entry, used, stored, fresh, keep, reads, body FROM entries WHERE ${BY_KEY} AND keep > ? LIMIT 1`,
    [...keyOf(address), nowMs],
  )[0];
}

export function putRow(
  db: CacheDatabase,
  address: EntryAddress,
  record: TierRecord,
  tags: readonly string[],
): void {
  deleteRow(db, address);
  db.run(
    `INSERT INTO entries (cache, tenant, id, stored, fresh, keep, reads, used, bytes, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...keyOf(address),
      record.storedAtMs,
      record.freshUntilMs,
      record.keepUntilMs,
      record.reads,
      record.storedAtMs,
      rowBytes(address, record, tags),
      record.body,
    ],
  );
  for (const tag of new Set(tags))
    db.run(`INSERT INTO tags SELECT cache, tenant, ?, entry FROM entries WHERE ${BY_KEY}`, [
      tag,
      ...keyOf(address),
    ]);
}

export function touchRow(db: CacheDatabase, address: EntryAddress, life: RecordLife): void {
  db.run(`UPDATE entries SET fresh = ?, keep = ?, reads = ? WHERE ${BY_KEY}`, [
    life.freshUntilMs,
    life.keepUntilMs,
    life.reads,
    ...keyOf(address),
  ]);
}

export function deleteRow(db: CacheDatabase, address: EntryAddress): void {
  db.run(`DELETE FROM entries WHERE ${BY_KEY}`, keyOf(address));
}

/** Gives how many went. */
export function deleteScope(db: CacheDatabase, { cache, tenant, idPattern, tag }: TierScope): number {
  const rows =
    tag === undefined
      ? db.all<IdRow>('SELECT entry, id FROM entries WHERE cache = ? AND tenant = ?', [cache, tenant])
      : db.all<IdRow>(
          `SELECT entry, id FROM entries JOIN tags USING (entry)
           WHERE tags.cache = ? AND tags.tenant = ? AND tag = ?`,
          [cache, tenant, tag],
        );
  const matches = idPattern === undefined ? () => true : globTest(idPattern);
  const going = rows.filter(({ id }) => matches(id));
  for (const { entry } of going) db.run('DELETE FROM entries WHERE entry = ?', [entry]);
  return going.length;
}

export function markUsed(db: CacheDatabase, used: ReadonlyMap<number, number>): void {
  for (const [entry, atMs] of used) db.run('UPDATE entries SET used = ? WHERE entry = ?', [atMs, entry]);
}

export interface Total {
  readonly entries: number;
  readonly bytes: number;
}

export function readTotal(db: CacheDatabase): Total {
  return db.all<Total>('SELECT entries, bytes FROM total')[0] ?? { entries: 0, bytes: 0 };
}

/** Gives how many went. */
export function deleteExpired(db: CacheDatabase, nowMs: number, limit: number): number {
  return db.run(
    'DELETE FROM entries WHERE entry IN (SELECT entry FROM entries WHERE keep <= ? ORDER BY keep LIMIT ?)',
    [nowMs, limit],
  );
}

/** Least recently used first, until so many bytes or rows went. */
export function deleteOldest(db: CacheDatabase, bytes: number, limit: number): void {
  const oldest = db.all<{ entry: number; bytes: number }>(
    'SELECT entry, bytes FROM entries ORDER BY used LIMIT ?',
    [limit],
  );
  let left = bytes;
  for (const { entry, bytes: freed } of oldest) {
    if (left <= 0) return;
    db.run('DELETE FROM entries WHERE entry = ?', [entry]);
    left -= freed;
  }
}

interface IdRow {
  readonly entry: number;
  readonly id: string;
}

function keyOf({ cache, tenant, id }: EntryAddress): SqlValue[] {
  return [cache, tenant, id];
}

function rowBytes(
  { cache, tenant, id }: EntryAddress,
  { body }: TierRecord,
  tags: readonly string[],
): number {
  const key = Buffer.byteLength(cache) + Buffer.byteLength(tenant) + Buffer.byteLength(id);
  // A key stands in the row and in its index, a tag in two indexes.
  const marks = tags.reduce((sum, tag) => sum + 2 * (Buffer.byteLength(tag) + key), 0);
  return ROW_OVERHEAD_BYTES + 2 * key + marks + body.byteLength;
}

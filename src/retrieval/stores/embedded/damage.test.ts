import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDocument } from '../../../../test/support/documents.js';
import { searchOnce } from '../../../../test/support/engine.js';
import { TempFolder } from '../../../../test/support/temp-folder.js';
import { SqlDatabase } from '../../../sql/index.js';
import { BuiltinEmbedder } from '../../embedders/builtin.js';
import { SearchEngine } from '../../search/search-engine.js';
import type { Passage } from '../../spec.js';
import { openIndexWriter } from './index-writer.js';
import { databasePath, openDatabase } from './schema.js';

let folder: TempFolder;
beforeEach(() => {
  folder = new TempFolder();
});
afterEach(() => folder.remove());

const texts = Array.from({ length: 300 }, (_, at) => `문서 ${at} says word${at % 7} and 단어${at % 11}`);

async function fill(): Promise<void> {
  const options = { tenant: 't', collection: 'c', embedder: new BuiltinEmbedder() };
  const writer = openIndexWriter({ dataDir: folder.path, ...options });
  texts.forEach((text, at) => {
    writer.put(...makeDocument(`${at}.md`, [text]));
  });
  await writer.commit();
  await writer.close();
}

function indexFiles(kind: string): string[] {
  const index = join(folder.path, 'index');
  const names = readdirSync(index, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(kind)).map((name) => join(index, name));
}

/** Sums of the same numbers in another order differ in their last digits. */
function rounded(passages: readonly Passage[]): unknown[] {
  return passages.map((passage) => ({ ...passage, score: passage.score.toFixed(6) }));
}

const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  missing: (path) => rmSync(path),
  empty: (path) => truncateSync(path, 0),
  'cut short': (path) => truncateSync(path, readFileSync(path).length >> 1),
  'overwritten in the middle': (path) => {
    const bytes = readFileSync(path);
    bytes.fill(0xa5, bytes.length >> 2, bytes.length >> 1);
    writeFileSync(path, bytes);
  },
};

describe.each(Object.entries(DAMAGES))('an index file that is %s', (_, damage) => {
  it.each(['keyword', 'vectors'])('is rebuilt from the database: %s', async (kind) => {
    await fill();
    const search = () => searchOnce({ dataDir: folder.path, query: 'word3 단어5' });
    const before = await search();
    expect(before.repairs).toBe(0);
    for (const path of indexFiles(kind)) damage(path);
    const after = await search();
    expect(rounded(after.passages)).toEqual(rounded(before.passages));
    expect(after.repairs).toBe(1);
    expect((await search()).repairs).toBe(0);
    expect(indexFiles(kind)).toHaveLength(1);
  });
});

it('finds damage that no search has met, when asked to verify', async () => {
  await fill();
  const path = indexFiles('vectors')[0] as string;
  const engine = new SearchEngine({ dataDir: folder.path, expansionSearch: 64 });
  const collection = { tenant: 't', collection: 'c' };
  engine.open(collection);
  expect(await engine.verify(collection)).toBe(0);
  engine.close();
  rmSync(path);
  const again = new SearchEngine({ dataDir: folder.path, expansionSearch: 64 });
  expect(await again.verify(collection)).toBe(1);
  again.close();
});

describe('the database', () => {
  it.each([
    ['cut to half', (path: string) => truncateSync(path, (readFileSync(path).length >> 13) << 12)],
    ['cut to one page', (path: string) => truncateSync(path, 4096)],
    ['cut within its header', (path: string) => truncateSync(path, 60)],
    ['no database at all', (path: string) => writeFileSync(path, 'not a database '.repeat(500))],
  ])('is reported as damaged when %s', async (_, damage) => {
    await fill();
    damage(databasePath(folder.path));
    expect(() => openDatabase(folder.path)).toThrow(expect.objectContaining({ code: 'storage_damaged' }));
  });

  it('is refused when a newer version wrote it', () => {
    openDatabase(folder.path).close();
    const raw = new SqlDatabase(databasePath(folder.path));
    raw.run('UPDATE narae_formats SET format = 99');
    raw.close();
    expect(() => openDatabase(folder.path)).toThrow(expect.objectContaining({ code: 'storage_newer' }));
  });

  it('says so when a file is in the way of the folder', () => {
    const path = join(folder.path, 'file');
    writeFileSync(path, '');
    expect(() => openDatabase(join(path, 'data'))).toThrow(
      expect.objectContaining({ code: 'storage_read_only' }),
    );
  });

  it('waits for another writer, then says that it is busy', () => {
    const [one, two] = [openDatabase(folder.path), openDatabase(folder.path, { busyTimeoutMs: 50 })];
    one.exec('BEGIN IMMEDIATE');
    expect(() => two.write(() => 1)).toThrow(expect.objectContaining({ code: 'storage_busy', status: 503 }));
    one.exec('COMMIT');
    expect(two.write(() => 1)).toBe(1);
    one.close();
    two.close();
  });

  it('takes nothing over from a transaction that failed', () => {
    const db = openDatabase(folder.path);
    const before = db.all('SELECT * FROM chunk_sequence');
    expect(() =>
      db.write(() => {
        db.run('UPDATE chunk_sequence SET next_id = 77');
        throw new RangeError('no');
      }),
    ).toThrow(RangeError);
    expect(db.all('SELECT * FROM chunk_sequence')).toEqual(before);
    db.close();
  });
});

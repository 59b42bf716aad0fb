import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SqlDatabase } from './database.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'narae-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(checkpoints: 'background' | 'none'): SqlDatabase {
  const database = new SqlDatabase(join(folder, 'log.db'), { checkpoints });
  database.exec('CREATE TABLE IF NOT EXISTS words (word TEXT)');
  return database;
}

function commit(database: SqlDatabase, times: number): void {
  for (let n = 0; n < times; n++)
    database.write(() => database.run('INSERT INTO words VALUES (?)', [`${n} ${'말'.repeat(300)}`]));
}

function sizeOfFile(): number {
  return statSync(join(folder, 'log.db')).size;
}

it('moves the log into the file while the database stays open', async () => {
  const database = open('background');
  commit(database, 450);
  await expect.poll(sizeOfFile).toBeGreaterThan(200 * 900);
  database.close();
});

it('leaves the log alone where others move it', () => {
  const database = open('none');
  const before = sizeOfFile();
  commit(database, 450);
  expect(sizeOfFile()).toBe(before);
  database.close();
});

it('loses nothing when it is closed in the middle of a move', () => {
  const database = open('background');
  commit(database, 200);
  database.close();
  const again = open('background');
  expect(again.first<{ n: number }>('SELECT count(*) AS n FROM words')?.n).toBe(200);
  again.close();
});

import { cpSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TempFolder } from '../../../../test/support/temp-folder.js';
import type { SqlDatabase } from '../../../sql/index.js';
import { insertCollection, raiseVersion, requireCollection } from './collections.js';
import { openDatabase } from './schema.js';

const opened: SqlDatabase[] = [];
let folder: TempFolder;
beforeEach(() => {
  folder = new TempFolder();
});
afterEach(() => {
  for (const db of opened.splice(0)) db.close();
  folder.remove();
});

function open(name: string): SqlDatabase {
  const db = openDatabase(folder.at(name));
  opened.push(db);
  return db;
}

function withCollection(name: string): SqlDatabase {
  const db = open(name);
  db.write(() => insertCollection(db, { tenant: 't', name: '문서', embedder: 'builtin-1', nowMs: 1 }));
  return db;
}

function contentOf(db: SqlDatabase): { id: number; version: number; stamp: string } {
  const { id, version, stamp } = requireCollection(db, 't', '문서');
  return { id, version, stamp };
}

test('two folders with the same history, in the same moments, have different stamps', () => {
  const [one, other] = [withCollection('one'), withCollection('other')];
  const begun = [one, other].map(contentOf);
  expect(begun[0]?.stamp).not.toBe(begun[1]?.stamp);
  for (const db of [one, other]) db.write(() => raiseVersion(db, 1, 2));
  const changed = [one, other].map(contentOf);
  expect(changed.map(({ id, version }) => [id, version])).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(new Set([...begun, ...changed].map(({ stamp }) => stamp)).size).toBe(4);
});

test('a folder and its copy have the same stamp until one of them changes', () => {
  withCollection('one').close();
  cpSync(folder.at('one'), folder.at('copy'), { recursive: true });
  const [one, copy] = [open('one'), open('copy')];
  expect(contentOf(one)).toEqual(contentOf(copy));
  for (const db of [one, copy]) db.write(() => raiseVersion(db, 1, 2));
  expect(contentOf(one).version).toBe(contentOf(copy).version);
  expect(contentOf(one).stamp).not.toBe(contentOf(copy).stamp);
});

test('a folder of the format before opens, keeps its collections and gives them stamps', () => {
  const before = withCollection('old');
  before.exec(
    "ALTER TABLE collections DROP COLUMN stamp; UPDATE narae_formats SET format = 1 WHERE room = 'retrieval'",
  );
  before.close();
  const stamps = [open('old'), open('old')].map((db) => contentOf(db).stamp);
  expect(stamps[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(stamps[1]).toBe(stamps[0]);
});

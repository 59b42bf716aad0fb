import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolders } from './make-folders.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'narae-folders-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('makes what is missing, and again nothing', () => {
  const folder = join(root, '자료', 'narae');
  makeFolders(folder);
  makeFolders(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
});

test('says when a file is in the way', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  expect(() => makeFolders(file)).toThrow(/EEXIST/);
  expect(() => makeFolders(join(file, 'below'))).toThrow(/ENOTDIR|EEXIST/);
});

test.runIf(existsSync('/proc/self'))('gives up where no folder can be made', () => {
  expect(() => makeFolders('/proc/narae/data')).toThrow(/ENOENT|EACCES|EPERM|EROFS/);
});

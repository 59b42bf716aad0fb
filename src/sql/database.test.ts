import { existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TempFolder } from '../../test/support/temp-folder.js';
import { SqlDatabase } from './database.js';

const OPEN_FILES = '/proc/self/fd';

function timesOpen(path: string): number {
  return readdirSync(OPEN_FILES).filter((file) => targetOf(file) === path).length;
}

/** The folder's own listing is among its entries, and gone when it is looked at. */
function targetOf(file: string): string | undefined {
  try {
    return readlinkSync(`${OPEN_FILES}/${file}`);
  } catch {
    return undefined;
  }
}

test.runIf(existsSync(OPEN_FILES))('a file that is no database is let go of', () => {
  const folder = new TempFolder();
  const path = folder.at('narae.db');
  writeFileSync(path, 'x'.repeat(50_000));
  for (let attempt = 0; attempt < 3; attempt++) expect(() => new SqlDatabase(path)).toThrow(/damaged/);
  expect(timesOpen(path)).toBe(0);
  folder.remove();
});

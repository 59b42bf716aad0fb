import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOM = dirname(fileURLToPath(import.meta.url));
const IMPORT = /^(?:import|export)\s+(?!type\s)[^;]*?from\s+'([^']+)'/gm;

/** Packages that a module brings in when it is loaded, through this room's own files. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const local = join(dirname(file), target.replace(/\.js$/, '.ts'));
    if (!target.startsWith('.')) seen.add(target);
    else if (local.startsWith(ROOM)) packagesOf(local, seen);
  }
  return seen;
}

it('the main thread loads no reader and no token table', () => {
  const heavy = /gpt-tokenizer|unpdf|mammoth|csv-parse|htmlparser2|iconv-lite|fflate|yaml/;
  expect([...packagesOf(join(ROOM, 'index.ts'))].filter((name) => heavy.test(name))).toEqual([]);
  expect([...packagesOf(join(ROOM, 'worker/main.ts'))].some((name) => heavy.test(name))).toBe(true);
});

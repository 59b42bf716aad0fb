import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const GUIDES = fileURLToPath(new URL('../../../docs/guides/', import.meta.url));

/** Gives text of about so many bytes, another each time. */
export type Writer = (bytes: number) => string;

/** Pieces of the guides, Korean and English. */
export function prose(): Writer {
  const files = readdirSync(GUIDES).filter((name) => name.endsWith('.md'));
  const text = Buffer.from(files.map((name) => readFileSync(join(GUIDES, name), 'utf8')).join('\n'));
  const random = randomNumbers();
  return (bytes) => {
    const start = Math.floor(random() * (text.length - bytes));
    return text.subarray(start, start + bytes).toString();
  };
}

/** Random letters: 6 bits a byte, so that nothing is won by compressing but a quarter. */
export function noise(): Writer {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const random = randomNumbers();
  return (bytes) => Array.from({ length: bytes }, () => letters[Math.floor(random() * 64)]).join('');
}

/** The same in every run (mulberry32). */
function randomNumbers(): () => number {
  let state = 7;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

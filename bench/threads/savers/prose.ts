import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../support/seeded-random.js';

const GUIDES = fileURLToPath(new URL('../../../docs/guides/', import.meta.url));
const SEED = 7;

/** Gives text of about so many bytes, another each time. */
export type Writer = (bytes: number) => string;

/** Pieces of the guides, Korean and English. */
export function prose(): Writer {
  const files = readdirSync(GUIDES).filter((name) => name.endsWith('.md'));
  const text = Buffer.from(files.map((name) => readFileSync(join(GUIDES, name), 'utf8')).join('\n'));
  const random = seededRandom(SEED);
  return (bytes) => {
    const start = Math.floor(random() * (text.length - bytes));
    return text.subarray(start, start + bytes).toString();
  };
}

/** Random letters: 6 bits a byte, so that nothing is won by compressing but a quarter. */
export function noise(): Writer {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const random = seededRandom(SEED);
  return (bytes) => Array.from({ length: bytes }, () => letters[Math.floor(random() * 64)]).join('');
}

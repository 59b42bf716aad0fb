import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_CHARACTERS = 20;

/** Random bytes for the next ids: asking the system for each one costs more than all else. */
const pool = Buffer.alloc(200 * ID_CHARACTERS);
let used = pool.length;

/** A random id such as `req_7k2m…`: the prefix says what it names, 20 base-32 characters carry 100 random bits. */
export function newId(prefix: string): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let text = `${prefix}_`;
  for (const end = used + ID_CHARACTERS; used < end; used++) text += ALPHABET[(pool[used] as number) & 31];
  return text;
}

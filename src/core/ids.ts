import { randomFillSync } from 'node:crypto';

const ALPHABET = Buffer.from('0123456789abcdefghjkmnpqrstvwxyz');
const ID_CHARACTERS = 20;

/** Random characters for the next ids: asking the system for each one costs more than all else. */
const pool = Buffer.alloc(200 * ID_CHARACTERS);
let used = pool.length;

/** A random id such as `req_7k2m…`: the prefix says what it names, 20 base-32 characters carry 100 random bits. */
export function newId(prefix: string): string {
  if (used === pool.length) refill();
  const from = used;
  used += ID_CHARACTERS;
  return `${prefix}_${pool.toString('latin1', from, used)}`;
}

function refill(): void {
  randomFillSync(pool);
  for (let index = 0; index < pool.length; index++)
    pool[index] = ALPHABET[(pool[index] as number) & 31] as number;
  used = 0;
}

import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A random id such as `req_7k2m…`: the prefix says what it names, 20 base-32 characters carry 100 random bits. */
export function newId(prefix: string): string {
  let text = `${prefix}_`;
  for (const byte of randomBytes(20)) text += ALPHABET[byte & 31];
  return text;
}

import { createHash } from 'node:crypto';

/** SHA-256 of text (as UTF-8) or bytes, cut to 128 bits, as 32 lower-case hex digits. For content identity. */
export function contentHash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}

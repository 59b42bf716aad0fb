import { createHash } from 'node:crypto';

/** The namespace in which LangGraph's servers name the assistant of a graph. */
const GRAPHS = Buffer.from('6ba7b8219dad11d180b400c04fd430c8', 'hex');

/** RFC 9562, version 5: the same name always gives the same id. */
export function nameUuid(name: string): string {
  const hash = createHash('sha1').update(GRAPHS).update(name).digest();
  hash[6] = ((hash[6] as number) & 0x0f) | 0x50;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  return printUuid(hash);
}

function printUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

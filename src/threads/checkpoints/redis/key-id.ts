import { packId, unpackId } from '../packed-id.js';

/** `u`: 16 bytes of a UUID follow. Other ids are `t`, their text and NUL, so that an end can be found in both. */
export const UUID_MARK = 0x75;
const TEXT_MARK = 0x74;

export function keyId(id: string): Buffer {
  const packed = packId(id);
  if (typeof packed !== 'string') return Buffer.concat([Buffer.of(UUID_MARK), packed]);
  return Buffer.concat([Buffer.of(TEXT_MARK), Buffer.from(packed), Buffer.of(0)]);
}

export function fromKeyId(id: Buffer): string {
  return id[0] === UUID_MARK ? unpackId(id.subarray(1)) : id.toString('utf8', 1, id.length - 1);
}

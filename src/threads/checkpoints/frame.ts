import { crc32 } from 'node:zlib';
import { compress, decompress } from './compress.js';
import type { ContentId } from './spec.js';

/**
 * How everything is stored, big-endian:
 *
 *   0        1       2        6            10               10 + 16 n
 *   format   flags   CRC-32   n of refs    refs, 16 each    body
 *
 * The checksum covers the flags and what follows it. The refs stand outside the body, so that a store can follow them without
 * understanding the body.
 */
export interface Frame {
  readonly refs: readonly ContentId[];
  readonly body: Buffer;
}

/** Raised with every change that an older reader would misread, the dictionary of `compress.ts` included. */
export const FRAME_FORMAT = 1;
export const REFS_OFFSET = 10;
export const REF_BYTES = 16;
const COMPRESSED = 1;

export function encodeFrame(refs: readonly ContentId[], body: Uint8Array): Buffer {
  const smaller = compress(body);
  const stored = smaller ?? body;
  const frame = Buffer.allocUnsafe(REFS_OFFSET + refs.length * REF_BYTES + stored.length);
  frame[0] = FRAME_FORMAT;
  frame[1] = smaller === undefined ? 0 : COMPRESSED;
  frame.writeUInt32BE(refs.length, 6);
  let at = REFS_OFFSET;
  for (const ref of refs) at += frame.write(ref, at, 'latin1');
  frame.set(stored, at);
  frame.writeUInt32BE(checksum(frame), 2);
  return frame;
}

/** Throws `UnreadableFrame`. */
export function decodeFrame(frame: Buffer): Frame {
  if (frame.length < REFS_OFFSET) throw new UnreadableFrame('it is cut short');
  if (frame[0] !== FRAME_FORMAT)
    throw new UnreadableFrame(`it has format ${frame[0]}, this version knows ${FRAME_FORMAT}`);
  if (checksum(frame) !== frame.readUInt32BE(2)) throw new UnreadableFrame('its checksum does not fit');
  const bodyAt = REFS_OFFSET + frame.readUInt32BE(6) * REF_BYTES;
  const stored = frame.subarray(bodyAt);
  return { refs: readRefs(frame), body: frame[1] === COMPRESSED ? decompress(stored) : stored };
}

/** The refs of a frame, without reading the rest; none where it cannot be read. */
export function readRefs(frame: Buffer): ContentId[] {
  if (frame.length < REFS_OFFSET || frame[0] !== FRAME_FORMAT) return [];
  const end = REFS_OFFSET + frame.readUInt32BE(6) * REF_BYTES;
  if (end > frame.length) return [];
  const refs: ContentId[] = [];
  for (let at = REFS_OFFSET; at < end; at += REF_BYTES)
    refs.push(frame.toString('latin1', at, at + REF_BYTES));
  return refs;
}

function checksum(frame: Buffer): number {
  return crc32(frame.subarray(6), frame[1]);
}

/** A frame that is torn, or written by a newer version. Whoever knows its name makes it a NaraeError. */
export class UnreadableFrame extends Error {
  override readonly name = 'UnreadableFrame';
}

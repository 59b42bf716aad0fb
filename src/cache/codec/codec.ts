import { crc32 } from 'node:zlib';
import { Packr } from 'msgpackr';
import type { ComputeCost } from '../spec.js';
import { COMPRESSION, type Compression, compress, decompress, isCompression } from './compression.js';

/*
 *  0         1             2                4          8
 *  ├─format──┼─compression─┼─value version──┼─checksum─┼─msgpack ─ ─
 *  │ u8 = 2  │ u8          │ u16 LE         │ u32 LE   │ [value, tags, cost]
 *
 *  The checksum is a CRC-32 of everything after it that begins with the first four bytes as its value, so that one
 *  call covers both.
 */
const FORMAT = 2;
const CHECKSUM_OFFSET = 4;
const BODY_OFFSET = 8;

/** What travels to the shared tier beside its life. */
export interface Content<Value = unknown> {
  readonly value: Value;
  readonly tags: readonly string[];
  readonly cost: ComputeCost | undefined;
}

/** `copyBuffers`: what is read must not hold on to the whole network buffer it came in. */
const packr = new Packr({ useRecords: false, moreTypes: true, copyBuffers: true });

/**
 * Writes plain data: objects, arrays, text, numbers, dates, Buffers and typed arrays. Throws for what msgpack cannot
 * say (functions, cycles, bigints over 64 bits).
 */
export function encode(content: Content, valueVersion: number): Buffer {
  const { compression, bytes } = compress(packr.pack([content.value, content.tags, content.cost ?? null]));
  const body = Buffer.allocUnsafe(BODY_OFFSET + bytes.byteLength);
  body.writeUInt8(FORMAT, 0);
  body.writeUInt8(compression, 1);
  body.writeUInt16LE(valueVersion, 2);
  body.set(bytes, BODY_OFFSET);
  body.writeUInt32LE(checksum(body), CHECKSUM_OFFSET);
  return body;
}

/** Undefined for what cannot be read: torn, of another format, of another value version. Never throws. */
export function decode(body: Uint8Array, valueVersion: number): Content | undefined {
  const compression = readHeader(asBuffer(body), valueVersion);
  if (compression === undefined) return undefined;
  try {
    return asContent(unpack(body, compression));
  } catch {
    return undefined;
  }
}

const IN_PLACE = { start: BODY_OFFSET };

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Reads in place where it can: a view of a buffer costs as much as a short message. */
function unpack(body: Uint8Array, compression: Compression): unknown {
  if (compression === COMPRESSION.none) return packr.unpack(body, IN_PLACE);
  return packr.unpack(decompress({ compression, bytes: body.subarray(BODY_OFFSET) }));
}

function readHeader(body: Buffer, valueVersion: number): Compression | undefined {
  if (body.length <= BODY_OFFSET || body.readUInt8(0) !== FORMAT) return undefined;
  if (body.readUInt16LE(2) !== valueVersion) return undefined;
  if (body.readUInt32LE(CHECKSUM_OFFSET) !== checksum(body)) return undefined;
  const compression = body.readUInt8(1);
  return isCompression(compression) ? compression : undefined;
}

function checksum(body: Buffer): number {
  return crc32(body.subarray(BODY_OFFSET), body.readUInt32LE(0));
}

function asContent(unpacked: unknown): Content | undefined {
  if (!Array.isArray(unpacked) || unpacked.length !== 3 || !Array.isArray(unpacked[1])) return undefined;
  const [value, tags, cost] = unpacked as [unknown, string[], ComputeCost | null];
  return { value, tags, cost: cost ?? undefined };
}

import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { Packr } from 'msgpackr';
import { NaraeError } from '../../core/index.js';

/**
 * One stored record:
 *
 *   ┌─────────┬───────┬──────────────────────────┬──────────────────────────────┐
 *   │ version │ flags │ CRC-32 of flags and body │ body: msgpack, or it deflated│
 *   │ 1 byte  │ 1     │ 4, big-endian            │                              │
 *   └─────────┴───────┴──────────────────────────┴──────────────────────────────┘
 */
const VERSION = 1;
const COMPRESSED = 1;
const HEADER_BYTES = 6;

/** Smaller bodies are not worth compressing. */
const COMPRESS_FROM_BYTES = 1_024;
/** Compressed only when it then takes less than this share. */
const COMPRESS_BELOW_RATIO = 0.9;
/** Of one record before compression; what inflates to more is refused. */
const MAX_RECORD_BYTES = 16 * 1_024 * 1_024;

const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true });

export interface EncodedRecord {
  readonly bytes: Buffer;
  /** Of the value before compression. */
  readonly payloadBytes: number;
  readonly compressed: boolean;
}

/** Why a record cannot be read, in words for `thread_record_unreadable`. */
export class UnreadableRecord extends Error {}

/** Throws `state_invalid` for a value of more than 16 MiB. */
export function encodeRecord(value: unknown): EncodedRecord {
  const body = packr.pack(value);
  if (body.length > MAX_RECORD_BYTES)
    throw new NaraeError('state_invalid', {
      values: { reason: `it has ${body.length} bytes, the limit is ${MAX_RECORD_BYTES}` },
    });
  const small = compress(body);
  return {
    bytes: withHeader(small ?? body, small !== undefined),
    payloadBytes: body.length,
    compressed: small !== undefined,
  };
}

/** Throws `UnreadableRecord`. */
export function decodeRecord(bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = checkedBody(buffer);
  try {
    const isCompressed = ((buffer[1] as number) & COMPRESSED) !== 0;
    return packr.unpack(isCompressed ? inflateRawSync(body, { maxOutputLength: MAX_RECORD_BYTES }) : body);
  } catch (cause) {
    throw new UnreadableRecord('its content is not what its header says', { cause });
  }
}

function compress(body: Buffer): Buffer | undefined {
  if (body.length < COMPRESS_FROM_BYTES) return undefined;
  const small = deflateRawSync(body, { level: 1 });
  return small.length < body.length * COMPRESS_BELOW_RATIO ? small : undefined;
}

function withHeader(body: Buffer, isCompressed: boolean): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  bytes[0] = VERSION;
  bytes[1] = isCompressed ? COMPRESSED : 0;
  bytes.writeUInt32BE(crc32(body, bytes[1]), 2);
  body.copy(bytes, HEADER_BYTES);
  return bytes;
}

function checkedBody(record: Buffer): Buffer {
  if (record.length < HEADER_BYTES) throw new UnreadableRecord('it is cut short');
  const version = record[0] as number;
  if (version > VERSION)
    throw new UnreadableRecord(
      `it was written by a newer version (format ${version}, this one knows ${VERSION})`,
    );
  const body = record.subarray(HEADER_BYTES);
  if (version !== VERSION || crc32(body, record[1]) !== record.readUInt32BE(2))
    throw new UnreadableRecord('it is damaged');
  return body;
}

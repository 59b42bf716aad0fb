import { crc32 } from 'node:zlib';
import { ANALYSER_REVISION } from '../text/index.js';

/*
 * A segment file, all numbers little-endian:
 *
 *   header 64 B | postings … | dictionary … | tables
 *                 by hash      by hash        lengths u16 × documents (padded to 8)
 *                                             first hash f64 × blocks
 *                                             postings offset f64 × (blocks + 1)
 *                                             dictionary offset f64 × (blocks + 1)
 *
 * Only the tables are read on opening. The header is written last, so that a file cut short at any moment has
 * no valid header. A dictionary block holds about BLOCK_TERMS entries:
 * hash 7 B, document frequency varint, bytes of its postings varint; the lists lie in the same order.
 */
export const HEADER_BYTES = 64;

/** Most documents in a segment: keeps a doubled gap below 2^31. */
export const MAX_DOCS = 2 ** 24;

/** Terms in a dictionary block: one block is one read of about 1 KB. */
export const BLOCK_TERMS = 128;

const MAGIC = 0x574b524e; // "NRKW"
const FORMAT_VERSION = 1;

export interface SegmentHeader {
  readonly docCount: number;
  readonly termCount: number;
  readonly blockCount: number;
  /** Terms of all documents together, for the average length. */
  readonly totalLength: number;
  readonly dictionaryOffset: number;
  readonly tablesOffset: number;
  readonly fileBytes: number;
  /** CRC-32 of everything between header and tables; checked by `verify` only. */
  readonly bodyCrc: number;
  /** CRC-32 of the tables; checked on opening. */
  readonly tablesCrc: number;
}

export function encodeHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, FORMAT_VERSION, true);
  view.setUint16(6, ANALYSER_REVISION, true);
  view.setUint32(8, header.docCount, true);
  view.setUint32(12, header.termCount, true);
  view.setUint32(16, header.blockCount, true);
  view.setFloat64(20, header.totalLength, true);
  view.setFloat64(28, header.dictionaryOffset, true);
  view.setFloat64(36, header.tablesOffset, true);
  view.setFloat64(44, header.fileBytes, true);
  view.setUint32(52, header.bodyCrc, true);
  view.setUint32(56, header.tablesCrc, true);
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

/** The header, or why these bytes are none. */
export function decodeHeader(bytes: Uint8Array): SegmentHeader | string {
  if (bytes.length < HEADER_BYTES) return 'it is too short';
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  if (view.getUint32(0, true) !== MAGIC) return 'it is not a keyword segment';
  if (view.getUint32(60, true) !== crc32(bytes.subarray(0, 60))) return 'its header is damaged';
  if (view.getUint16(4, true) !== FORMAT_VERSION) return 'it has another format version';
  if (view.getUint16(6, true) !== ANALYSER_REVISION) return 'it was made by another analyser';
  return {
    docCount: view.getUint32(8, true),
    termCount: view.getUint32(12, true),
    blockCount: view.getUint32(16, true),
    totalLength: view.getFloat64(20, true),
    dictionaryOffset: view.getFloat64(28, true),
    tablesOffset: view.getFloat64(36, true),
    fileBytes: view.getFloat64(44, true),
    bodyCrc: view.getUint32(52, true),
    tablesCrc: view.getUint32(56, true),
  };
}

/** What a segment keeps in memory: about 2 bytes a document and a quarter byte a term. */
export interface SegmentTables {
  readonly lengths: Uint16Array;
  readonly firstHash: Float64Array;
  readonly postingsAt: Float64Array;
  readonly dictionaryAt: Float64Array;
}

export function tablesBytes(docCount: number, blockCount: number): number {
  return paddedLengthsBytes(docCount) + 8 * (3 * blockCount + 2);
}

function paddedLengthsBytes(docCount: number): number {
  return Math.ceil((docCount * 2) / 8) * 8;
}

/** Views over one buffer of `tablesBytes` bytes, which must start at a multiple of 8. */
export function tablesOver(bytes: Uint8Array, docCount: number, blockCount: number): SegmentTables {
  const { buffer, byteOffset } = bytes;
  const hashes = byteOffset + paddedLengthsBytes(docCount);
  const postings = hashes + 8 * blockCount;
  const dictionary = postings + 8 * (blockCount + 1);
  return {
    lengths: new Uint16Array(buffer, byteOffset, docCount),
    firstHash: new Float64Array(buffer, hashes, blockCount),
    postingsAt: new Float64Array(buffer, postings, blockCount + 1),
    dictionaryAt: new Float64Array(buffer, dictionary, blockCount + 1),
  };
}

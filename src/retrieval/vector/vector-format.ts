import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { halfTable } from './half.js';

/*
 * A vector file, all numbers little-endian:
 *
 *   halves: u16 × dimensions × rows | bytes: i8 × dimensions × rows | footer 24 B
 *
 * The footer comes last: a file that was cut short has none.
 * A row's 8-bit integers are its components × `scale`, clipped to ±127. Documents share one scale, so that integer
 * dot products keep their order.
 */
export const FOOTER_BYTES = 24;
const MAGIC = 0x5653524e; // "NRSV"
const FORMAT_VERSION = 1;

export interface VectorFooter {
  readonly rows: number;
  readonly dimensions: number;
  readonly scale: number;
}

export function encodeFooter(footer: VectorFooter): Uint8Array {
  const bytes = new Uint8Array(FOOTER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, FORMAT_VERSION, true);
  view.setUint32(8, footer.rows, true);
  view.setUint32(12, footer.dimensions, true);
  view.setFloat32(16, footer.scale, true);
  view.setUint32(20, crc32(bytes.subarray(0, 20)), true);
  return bytes;
}

/** Undefined when these bytes are no valid end. */
export function decodeFooter(bytes: Uint8Array): VectorFooter | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, FOOTER_BYTES);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== FORMAT_VERSION) return undefined;
  if (view.getUint32(20, true) !== crc32(bytes.subarray(0, 20))) return undefined;
  return {
    rows: view.getUint32(8, true),
    dimensions: view.getUint32(12, true),
    scale: view.getFloat32(16, true),
  };
}

/**
 * Components of a unit vector are about 1/√d. Scaling by the largest would leave a handful of steps to the others
 * when one row has a spike, so anything above 8/√d is clipped; scores are computed from the halves anyway.
 */
export function byteScale(largest: number, dimensions: number): number {
  return 127 / Math.max(Math.min(largest, 8 / Math.sqrt(dimensions)), 1e-6);
}

/** Rows of halves as 8-bit integers. */
export function quantise(halves: Uint16Array, scale: number): Uint8Array {
  const table = halfTable();
  const bytes = new Int8Array(halves.length);
  for (let at = 0; at < halves.length; at++) bytes[at] = clipToByte(table[halves[at]!]! * scale);
  return new Uint8Array(bytes.buffer);
}

function clipToByte(value: number): number {
  return Math.max(-127, Math.min(127, Math.round(value)));
}

/** A query as 8-bit integers by its own scale. */
export function quantiseQuery(query: Float32Array): { bytes: Int8Array; scale: number } {
  let largest = 1e-6;
  for (const value of query) largest = Math.max(largest, Math.abs(value));
  const scale = 127 / largest;
  return { bytes: Int8Array.from(query, (value) => clipToByte(value * scale)), scale };
}

/** Throws a RangeError when the file ends before. */
export function readFully(descriptor: number, target: Uint8Array, position: number): void {
  for (let read = 0; read < target.length; ) {
    const count = readSync(descriptor, target, read, target.length - read, position + read);
    if (count === 0) throw new RangeError('it is cut short');
    read += count;
  }
}

import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { alignedHalves, halfTable } from './half.js';

/*
 * A vector file, all numbers little-endian:
 *
 *   halves: u16 × dimensions × rows | bytes: i8 × dimensions × rows | footer 24 B
 *
 * The footer comes last: a file that was cut short has none.
 * A row's 8-bit integers are its components × `scale`, clipped to ±127. Documents share one scale, so that integer
 * dot products keep their order.
 */
const FOOTER_BYTES = 24;
const MAGIC = 0x5653524e; // "NRSV"
const FORMAT_VERSION = 1;

/** Read and write in pieces of about this size. */
const BLOCK_BYTES = 1 << 20;

export interface WrittenFile {
  readonly bytes: number;
  /** CRC-32 of the whole file. */
  readonly checksum: number;
}

/** Writes the rows in order, then `finish`. Needs a few megabytes, whatever the number of rows. */
export class VectorFileWriter {
  readonly #descriptor: number;
  readonly #dimensions: number;
  readonly #block: Uint8Array;
  #blockUsed = 0;
  #bytes = 0;
  #checksum = 0;
  #largest = 0;
  #rows = 0;

  constructor(path: string, dimensions: number) {
    this.#dimensions = dimensions;
    this.#descriptor = openSync(path, 'w+');
    this.#block = new Uint8Array(Math.max(BLOCK_BYTES, dimensions * 2));
  }

  /** Adds one row of halves, `2 × dimensions` bytes; `undefined` for a chunk without a vector: all zeros, cosine 0. */
  add(halves: Uint8Array | undefined): void {
    const rowBytes = this.#dimensions * 2;
    if (halves && halves.length !== rowBytes)
      throw new RangeError(`A row of ${halves.length} bytes, not ${rowBytes}.`);
    if (this.#blockUsed + rowBytes > this.#block.length) this.#flush();
    const target = this.#block.subarray(this.#blockUsed, this.#blockUsed + rowBytes);
    if (halves) {
      target.set(halves);
      this.#largest = Math.max(this.#largest, largestMagnitude(target));
    } else target.fill(0);
    this.#blockUsed += rowBytes;
    this.#rows++;
  }

  /** Writes the rest and syncs it to the disk. */
  finish(): WrittenFile {
    this.#flush();
    const scale = byteScale(this.#largest, this.#dimensions);
    this.#appendBytes(scale);
    this.#append(encodeFooter({ rows: this.#rows, dimensions: this.#dimensions, scale }));
    fsyncSync(this.#descriptor);
    return { bytes: this.#bytes, checksum: this.#checksum };
  }

  /** Idempotence is the caller's: once, after `finish` or instead of it. */
  close(): void {
    closeSync(this.#descriptor);
  }

  #appendBytes(scale: number): void {
    const halfBytes = this.#rows * this.#dimensions * 2;
    const block = new Uint8Array(BLOCK_BYTES);
    for (let at = 0; at < halfBytes; at += BLOCK_BYTES) {
      const piece = block.subarray(0, Math.min(BLOCK_BYTES, halfBytes - at));
      readFully(this.#descriptor, piece, at);
      this.#append(quantise(alignedHalves(piece), scale));
    }
  }

  #flush(): void {
    this.#append(this.#block.subarray(0, this.#blockUsed));
    this.#blockUsed = 0;
  }

  #append(piece: Uint8Array): void {
    for (let written = 0; written < piece.length; )
      written += writeSync(this.#descriptor, piece, written, piece.length - written, this.#bytes + written);
    this.#checksum = crc32(piece, this.#checksum);
    this.#bytes += piece.length;
  }
}

function largestMagnitude(row: Uint8Array): number {
  const halves = alignedHalves(row);
  let largest = 0;
  for (let at = 0; at < halves.length; at++) {
    const magnitude = halves[at]! & 0x7fff;
    if (magnitude > largest) largest = magnitude;
  }
  return halfTable()[largest]!;
}

/**
 * Components of a unit vector are about 1/√d. Scaling by the largest would leave a handful of steps to the others
 * when one row has a spike, so anything above 8/√d is clipped; scores are computed from the halves anyway.
 */
function byteScale(largest: number, dimensions: number): number {
  return 127 / Math.max(Math.min(largest, 8 / Math.sqrt(dimensions)), 1e-6);
}

function quantise(halves: Uint16Array, scale: number): Uint8Array {
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

interface Footer {
  readonly rows: number;
  readonly dimensions: number;
  readonly scale: number;
}

function encodeFooter(footer: Footer): Uint8Array {
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

function decodeFooter(bytes: Uint8Array): Footer | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, FOOTER_BYTES);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== FORMAT_VERSION) return undefined;
  if (view.getUint32(20, true) !== crc32(bytes.subarray(0, 20))) return undefined;
  return {
    rows: view.getUint32(8, true),
    dimensions: view.getUint32(12, true),
    scale: view.getFloat32(16, true),
  };
}

/** Random access to the rows of a vector file. Holds a file descriptor until `close`. */
export class VectorFile {
  readonly rows: number;
  readonly dimensions: number;
  /** What the components were multiplied by to become 8-bit integers. */
  readonly scale: number;
  readonly #descriptor: number;
  #open = true;

  private constructor(descriptor: number, footer: Footer) {
    this.#descriptor = descriptor;
    this.rows = footer.rows;
    this.dimensions = footer.dimensions;
    this.scale = footer.scale;
  }

  /** Throws the file system's error, or a RangeError when the file is not a whole vector file. */
  static open(path: string): VectorFile {
    const descriptor = openSync(path, 'r');
    try {
      return new VectorFile(descriptor, readFooter(descriptor));
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** Fills `target` with the halves from `row` on; its length says how many rows. */
  readHalves(row: number, target: Uint16Array): void {
    readFully(this.#descriptor, bytesOf(target), row * this.dimensions * 2);
  }

  /** Fills `target` with the 8-bit rows from `row` on; its length says how many. */
  readBytes(row: number, target: Int8Array): void {
    const at = this.rows * this.dimensions * 2 + row * this.dimensions;
    readFully(this.#descriptor, bytesOf(target), at);
  }

  /** Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#descriptor);
  }
}

function bytesOf(target: Uint16Array | Int8Array): Uint8Array {
  return new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
}

function readFooter(descriptor: number): Footer {
  const { size } = fstatSync(descriptor);
  if (size < FOOTER_BYTES) throw new RangeError('it is cut short');
  const bytes = new Uint8Array(FOOTER_BYTES);
  readFully(descriptor, bytes, size - FOOTER_BYTES);
  const footer = decodeFooter(bytes);
  if (!footer) throw new RangeError('it has no valid end');
  if (size !== footer.rows * footer.dimensions * 3 + FOOTER_BYTES)
    throw new RangeError('its size does not fit its rows');
  return footer;
}

function readFully(descriptor: number, target: Uint8Array, position: number): void {
  for (let read = 0; read < target.length; ) {
    const count = readSync(descriptor, target, read, target.length - read, position + read);
    if (count === 0) throw new RangeError('it is cut short');
    read += count;
  }
}

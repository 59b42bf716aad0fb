import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { alignedHalves, halfTable } from './half.js';
import { byteScale, encodeFooter, quantise, readFully } from './vector-format.js';

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

import { closeSync, fstatSync, openSync } from 'node:fs';
import { decodeFooter, FOOTER_BYTES, readFully, type VectorFooter } from './vector-format.js';

/** Random access to the rows of a vector file. Holds a file descriptor until `close`. */
export class VectorFile {
  readonly rows: number;
  readonly dimensions: number;
  /** What the components were multiplied by to become 8-bit integers. */
  readonly scale: number;
  readonly #descriptor: number;
  #open = true;

  private constructor(descriptor: number, footer: VectorFooter) {
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

function readFooter(descriptor: number): VectorFooter {
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

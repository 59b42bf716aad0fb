import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { ByteWriter } from './bytes.js';
import { HEADER_BYTES } from './format.js';

/** Where a segment is written: bytes in order behind a reserved header, then the header. */
export interface SegmentSink {
  append(bytes: Uint8Array): void;
  /** Writes the header and ends; nothing may follow. */
  finish(header: Uint8Array): void;
}

/** Keeps the segment in memory; for segments of one commit. */
export class MemorySink implements SegmentSink {
  readonly #out = new ByteWriter(1 << 16);

  constructor() {
    this.#out.append(new Uint8Array(HEADER_BYTES));
  }

  append(bytes: Uint8Array): void {
    this.#out.append(bytes);
  }

  finish(header: Uint8Array): void {
    this.#out.view().set(header);
  }

  take(): Uint8Array {
    return this.#out.view();
  }
}

const WRITE_BUFFER_BYTES = 1 << 18;

/** Writes a new file through a small buffer; the file is on disk when `finish` returns. */
export class FileSink implements SegmentSink {
  readonly #fd: number;
  readonly #pending = new ByteWriter(WRITE_BUFFER_BYTES);
  #written = HEADER_BYTES;

  /** Fails when the file exists: segments are never changed. */
  constructor(path: string) {
    this.#fd = openSync(path, 'wx');
  }

  append(bytes: Uint8Array): void {
    this.#pending.append(bytes);
    if (this.#pending.length >= WRITE_BUFFER_BYTES) this.#flush();
  }

  finish(header: Uint8Array): void {
    this.#flush();
    // The body must be on disk before the header that vouches for it.
    fsyncSync(this.#fd);
    writeAll(this.#fd, header, 0);
    fsyncSync(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #flush(): void {
    writeAll(this.#fd, this.#pending.view(), this.#written);
    this.#written += this.#pending.length;
    this.#pending.clear();
  }
}

function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { lastNotAbove } from '../last-not-above.js';
import { ByteReader } from './bytes.js';
import { damaged } from './damaged.js';
import {
  decodeHeader,
  HEADER_BYTES,
  type SegmentHeader,
  type SegmentTables,
  tablesBytes,
  tablesOver,
} from './format.js';

/** Where a term's postings lie. */
export interface TermEntry {
  readonly documentFrequency: number;
  readonly offset: number;
  readonly bytes: number;
}

/** An opened segment: its tables in memory, everything else read from the file when asked for. */
export class KeywordSegment {
  readonly path: string;
  readonly #fd: number;
  readonly #header: SegmentHeader;
  readonly #tables: SegmentTables;
  #closed = false;

  /** Throws `index_damaged` for a file that is missing, torn, truncated, foreign or of another revision. */
  static open(path: string): KeywordSegment {
    const fd = openFile(path);
    try {
      const header = readHeader(path, fd);
      return new KeywordSegment(path, fd, header, readTables(path, fd, header));
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  private constructor(path: string, fd: number, header: SegmentHeader, tables: SegmentTables) {
    this.path = path;
    this.#fd = fd;
    this.#header = header;
    this.#tables = tables;
  }

  get docCount(): number {
    return this.#header.docCount;
  }

  get termCount(): number {
    return this.#header.termCount;
  }

  /** Terms of all documents together. */
  get totalLength(): number {
    return this.#header.totalLength;
  }

  get fileBytes(): number {
    return this.#header.fileBytes;
  }

  /** Number of terms of each document. */
  get lengths(): Uint16Array {
    return this.#tables.lengths;
  }

  /** Number of dictionary blocks. */
  get blockCount(): number {
    return this.#header.blockCount;
  }

  /** The term with this hash, if any document has it. */
  find(hash: number): TermEntry | undefined {
    const block = lastNotAbove(this.#tables.firstHash, hash);
    if (block < 0) return undefined;
    const reader = new ByteReader(this.#readBetween(this.#tables.dictionaryAt, block));
    let offset = this.#tables.postingsAt[block]!;
    while (!reader.done) {
      const found = reader.hash();
      const documentFrequency = reader.varint();
      const bytes = reader.varint();
      if (found === hash) return this.#checked({ documentFrequency, offset, bytes });
      if (found > hash) return undefined;
      offset += bytes;
    }
    return undefined;
  }

  /** The postings' bytes; in `into` when they fit there. */
  readPostings(entry: TermEntry, into?: Uint8Array): Uint8Array {
    return this.read(entry.offset, entry.bytes, into);
  }

  /** A dictionary block and the postings of its terms, for walking through all of them. */
  readBlock(block: number): { dictionary: Uint8Array; postings: Uint8Array } {
    return {
      dictionary: this.#readBetween(this.#tables.dictionaryAt, block),
      postings: this.#readBetween(this.#tables.postingsAt, block),
    };
  }

  /** Bytes of the file. Throws `index_damaged` when it ends before. */
  read(offset: number, length: number, into?: Uint8Array): Uint8Array {
    const bytes =
      into !== undefined && into.length >= length ? into.subarray(0, length) : new Uint8Array(length);
    readAll(this.path, this.#fd, bytes, offset);
    return bytes;
  }

  /** Reads the whole file and compares checksums; takes a second a gigabyte. Throws `index_damaged`. */
  verify(): void {
    const { tablesOffset, bodyCrc } = this.#header;
    const buffer = new Uint8Array(1 << 18);
    let crc = 0;
    for (let at = HEADER_BYTES; at < tablesOffset; at += buffer.length) {
      crc = crc32(this.read(at, Math.min(buffer.length, tablesOffset - at), buffer), crc);
    }
    if (crc !== bodyCrc) throw damaged(this.path, 'its contents do not match their checksum');
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }

  #readBetween(offsets: Float64Array, at: number): Uint8Array {
    return this.read(offsets[at]!, offsets[at + 1]! - offsets[at]!);
  }

  #checked(entry: TermEntry): TermEntry {
    const { docCount, dictionaryOffset } = this.#header;
    const inside = entry.offset >= HEADER_BYTES && entry.offset + entry.bytes <= dictionaryOffset;
    if (!inside || entry.documentFrequency === 0 || entry.documentFrequency > docCount) {
      throw damaged(this.path, 'a dictionary entry is impossible');
    }
    return entry;
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw damaged(path, 'it cannot be opened', error);
  }
}

function readHeader(path: string, fd: number): SegmentHeader {
  const size = fstatSync(fd).size;
  const bytes = new Uint8Array(Math.min(size, HEADER_BYTES));
  readAll(path, fd, bytes, 0);
  const header = decodeHeader(bytes);
  if (typeof header === 'string') throw damaged(path, header);
  const { docCount, blockCount, tablesOffset, fileBytes } = header;
  if (size !== fileBytes) throw damaged(path, `it has ${size} of ${fileBytes} bytes`);
  if (tablesOffset + tablesBytes(docCount, blockCount) !== fileBytes)
    throw damaged(path, 'its parts do not fit');
  return header;
}

function readTables(path: string, fd: number, header: SegmentHeader): SegmentTables {
  const bytes = new Uint8Array(tablesBytes(header.docCount, header.blockCount));
  readAll(path, fd, bytes, header.tablesOffset);
  if (crc32(bytes) !== header.tablesCrc) throw damaged(path, 'its tables do not match their checksum');
  return tablesOver(bytes, header.docCount, header.blockCount);
}

function readAll(path: string, fd: number, into: Uint8Array, position: number): void {
  let done = 0;
  while (done < into.length) {
    const got = readSome(path, fd, into.subarray(done), position + done);
    if (got === 0) throw damaged(path, 'it ends too early');
    done += got;
  }
}

function readSome(path: string, fd: number, into: Uint8Array, position: number): number {
  try {
    return readSync(fd, into, 0, into.length, position);
  } catch (error) {
    throw damaged(path, 'it cannot be read', error);
  }
}

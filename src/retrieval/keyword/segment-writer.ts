import { crc32 } from 'node:zlib';
import { ByteWriter } from './bytes.js';
import { BLOCK_TERMS, encodeHeader, HEADER_BYTES, MAX_DOCS, tablesBytes, tablesOver } from './format.js';
import { encodePostings, type PostingList } from './postings.js';
import type { SegmentSink } from './sink.js';

/** Lays out a segment from terms in ascending order of hash; postings stream out, the dictionary waits in memory. */
export class SegmentWriter {
  readonly #sink: SegmentSink;
  readonly #lengths: Uint16Array;
  readonly #dictionary = new ByteWriter(1 << 14);
  readonly #encoded = new ByteWriter(1 << 12);
  readonly #firstHash: number[] = [];
  readonly #postingsAt: number[] = [];
  readonly #dictionaryAt: number[] = [];
  #postingsEnd = HEADER_BYTES;
  #bodyCrc = 0;
  #termCount = 0;

  /** `lengths` holds each document's number of terms. */
  constructor(sink: SegmentSink, lengths: Uint16Array) {
    if (lengths.length > MAX_DOCS) throw new RangeError(`A segment holds at most ${MAX_DOCS} documents.`);
    this.#sink = sink;
    this.#lengths = lengths;
  }

  /** Adds the next term; an empty list adds nothing. */
  add(hash: number, list: PostingList): void {
    if (list.count === 0) return;
    if (this.#termCount % BLOCK_TERMS === 0) this.#beginBlock(hash);
    this.#encoded.clear();
    encodePostings(list, this.#lengths.length, this.#encoded);
    this.#dictionary.hash(hash);
    this.#dictionary.varint(list.count);
    this.#dictionary.varint(this.#encoded.length);
    this.#append(this.#encoded.view());
    this.#postingsEnd += this.#encoded.length;
    this.#termCount++;
  }

  finish(): void {
    const dictionaryOffset = this.#postingsEnd;
    const tablesOffset = dictionaryOffset + this.#dictionary.length;
    this.#append(this.#dictionary.view());
    const tables = this.#tables(dictionaryOffset);
    this.#sink.append(tables);
    this.#sink.finish(
      encodeHeader({
        docCount: this.#lengths.length,
        termCount: this.#termCount,
        blockCount: this.#firstHash.length,
        totalLength: this.#lengths.reduce((sum, length) => sum + length, 0),
        dictionaryOffset,
        tablesOffset,
        fileBytes: tablesOffset + tables.length,
        bodyCrc: this.#bodyCrc,
        tablesCrc: crc32(tables),
      }),
    );
  }

  #beginBlock(hash: number): void {
    this.#firstHash.push(hash);
    this.#postingsAt.push(this.#postingsEnd);
    this.#dictionaryAt.push(this.#dictionary.length);
  }

  #append(bytes: Uint8Array): void {
    this.#bodyCrc = crc32(bytes, this.#bodyCrc);
    this.#sink.append(bytes);
  }

  #tables(dictionaryOffset: number): Uint8Array {
    const docCount = this.#lengths.length;
    const blockCount = this.#firstHash.length;
    const bytes = new Uint8Array(tablesBytes(docCount, blockCount));
    const tables = tablesOver(bytes, docCount, blockCount);
    tables.lengths.set(this.#lengths);
    tables.firstHash.set(this.#firstHash);
    tables.postingsAt.set([...this.#postingsAt, this.#postingsEnd]);
    tables.dictionaryAt.set(this.#dictionaryAt.map((at) => dictionaryOffset + at));
    tables.dictionaryAt[blockCount] = dictionaryOffset + this.#dictionary.length;
    return bytes;
  }
}

import { rmSync } from 'node:fs';
import { ByteReader } from './bytes.js';
import { damaged } from './damaged.js';
import { decodePostings, newPostingList, type PostingList } from './postings.js';
import type { KeywordSegment } from './segment.js';
import { SegmentWriter } from './segment-writer.js';
import { FileSink } from './sink.js';

export interface MergePart {
  readonly segment: KeywordSegment;
  /** For each of its documents the number in the merged segment, or -1 for one that is dropped. */
  readonly remap: Int32Array;
}

/**
 * Writes one segment that holds what the parts hold, without reading any text again. The new numbers must ascend
 * through each part and from part to part, and be exactly 0 to n-1. Needs memory for the dictionary, not the lists.
 * The file is on disk when this returns; on failure there is no file.
 */
export function mergeKeywordSegments(parts: readonly MergePart[], path: string): void {
  const lengths = mergedLengths(parts);
  const sink = new FileSink(path);
  try {
    const writer = new SegmentWriter(sink, lengths);
    mergeTerms(parts, lengths.length, writer);
    writer.finish();
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    sink.close();
  }
}

function mergedLengths(parts: readonly MergePart[]): Uint16Array {
  const lengths: number[] = [];
  for (const { segment, remap } of parts) {
    if (remap.length !== segment.docCount) throw new RangeError('A remap must name every document.');
    remap.forEach((to, doc) => {
      if (to === -1) return;
      if (to !== lengths.length) throw new RangeError('Remapped documents must ascend without gaps.');
      lengths.push(segment.lengths[doc]!);
    });
  }
  return Uint16Array.from(lengths);
}

function mergeTerms(parts: readonly MergePart[], docCount: number, writer: SegmentWriter): void {
  const cursors = parts.map((part) => new TermCursor(part));
  const merged = newPostingList(docCount);
  for (let hash = smallest(cursors); hash !== Infinity; hash = smallest(cursors)) {
    merged.count = 0;
    for (const cursor of cursors) {
      if (cursor.hash === hash) {
        cursor.appendTo(merged);
        cursor.next();
      }
    }
    writer.add(hash, merged);
  }
}

function smallest(cursors: readonly TermCursor[]): number {
  let hash = Infinity;
  for (const cursor of cursors) hash = Math.min(hash, cursor.hash);
  return hash;
}

/** Walks a segment's terms in order of hash, one dictionary block with its lists at a time. */
class TermCursor {
  /** The current term; Infinity behind the last. */
  hash = -1;
  readonly #segment: KeywordSegment;
  readonly #remap: Int32Array;
  readonly #list: PostingList;
  #block = -1;
  #dictionary = new ByteReader(new Uint8Array(0));
  #postings: Uint8Array = new Uint8Array(0);
  #at = 0;
  #documentFrequency = 0;
  #bytes = 0;

  constructor({ segment, remap }: MergePart) {
    this.#segment = segment;
    this.#remap = remap;
    this.#list = newPostingList(segment.docCount);
    this.next();
  }

  next(): void {
    this.#at += this.#bytes;
    if (this.#dictionary.done && !this.#nextBlock()) {
      this.hash = Infinity;
      return;
    }
    const hash = this.#dictionary.hash();
    if (hash <= this.hash) throw damaged(this.#segment.path, 'its terms are out of order');
    this.hash = hash;
    this.#documentFrequency = this.#dictionary.varint();
    this.#bytes = this.#dictionary.varint();
  }

  /** Adds the current term's documents under their new numbers. */
  appendTo(merged: PostingList): void {
    const list = this.#list;
    const { path, docCount } = this.#segment;
    const bytes = this.#postings.subarray(this.#at, this.#at + this.#bytes);
    const possible = this.#documentFrequency <= docCount;
    if (!possible || !decodePostings(bytes, this.#documentFrequency, docCount, list)) {
      throw damaged(path, 'a list cannot be read');
    }
    for (let at = 0; at < list.count; at++) {
      const doc = this.#remap[list.docs[at]!]!;
      if (doc < 0) continue;
      merged.docs[merged.count] = doc;
      merged.frequencies[merged.count++] = list.frequencies[at]!;
    }
  }

  #nextBlock(): boolean {
    if (++this.#block >= this.#segment.blockCount) return false;
    const { dictionary, postings } = this.#segment.readBlock(this.#block);
    this.#dictionary = new ByteReader(dictionary);
    this.#postings = postings;
    this.#at = 0;
    this.#bytes = 0;
    return true;
  }
}

import type { ByteWriter } from './bytes.js';

/** Frequencies above this say nothing more under BM25's saturation; the cap makes a dense list one byte a document. */
export const MAX_FREQUENCY = 255;

/** A term in a quarter of the documents or more is stored as one frequency a document: no larger, and random access. */
const DENSE_SHARE = 4;

export function isDense(documentFrequency: number, docCount: number): boolean {
  return documentFrequency * DENSE_SHARE >= docCount;
}

/** Room that is enough for any list that is not dense. */
export function mostSparse(docCount: number): number {
  return Math.ceil(docCount / DENSE_SHARE);
}

/** The documents that hold one term, ascending, and how often: the first `count` elements of each. */
export interface PostingList {
  count: number;
  docs: Uint32Array;
  frequencies: Uint8Array;
}

export function newPostingList(capacity: number): PostingList {
  return { count: 0, docs: new Uint32Array(capacity), frequencies: new Uint8Array(capacity) };
}

/**
 * Sparse: for each document the distance from the one before, shifted by one; the low bit says that a frequency
 * byte follows, else it is 1. Dense: one frequency byte a document of the segment.
 */
export function encodePostings(list: PostingList, docCount: number, out: ByteWriter): void {
  if (isDense(list.count, docCount)) encodeDense(list, docCount, out);
  else encodeSparse(list, out);
}

function encodeDense(list: PostingList, docCount: number, out: ByteWriter): void {
  const frequencies = new Uint8Array(docCount);
  for (let at = 0; at < list.count; at++) frequencies[list.docs[at]!] = list.frequencies[at]!;
  out.append(frequencies);
}

function encodeSparse(list: PostingList, out: ByteWriter): void {
  let previous = -1;
  for (let at = 0; at < list.count; at++) {
    const doc = list.docs[at]!;
    const frequency = list.frequencies[at]!;
    const gap = (doc - previous - 1) << 1;
    previous = doc;
    if (frequency === 1) out.varint(gap);
    else {
      out.varint(gap | 1);
      out.byte(frequency);
    }
  }
}

/**
 * Reads a list of `documentFrequency` entries into `into`, which must have room for them. False when the bytes are
 * not a list of a segment with `docCount` documents; `into` then holds nothing of use.
 */
export function decodePostings(
  bytes: Uint8Array,
  documentFrequency: number,
  docCount: number,
  into: PostingList,
): boolean {
  return isDense(documentFrequency, docCount)
    ? decodeDense(bytes, documentFrequency, docCount, into)
    : decodeSparse(bytes, documentFrequency, docCount, into);
}

function decodeDense(bytes: Uint8Array, expected: number, docCount: number, into: PostingList): boolean {
  if (bytes.length !== docCount) return false;
  let count = 0;
  for (let doc = 0; doc < docCount; doc++) {
    const frequency = bytes[doc]!;
    if (frequency === 0) continue;
    if (count === expected) return false;
    into.docs[count] = doc;
    into.frequencies[count++] = frequency;
  }
  into.count = count;
  return count === expected;
}

/** The hot loop of a search: written flat, because a call a byte would cost more than the decoding. */
function decodeSparse(bytes: Uint8Array, expected: number, docCount: number, into: PostingList): boolean {
  const { docs, frequencies } = into;
  const end = bytes.length;
  let at = 0;
  let doc = -1;
  for (let entry = 0; entry < expected; entry++) {
    if (at >= end) return false;
    let byte = bytes[at++]!;
    let gap = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      if (at >= end || shift > 28) return false;
      byte = bytes[at++]!;
      gap |= (byte & 0x7f) << shift;
    }
    doc += (gap >>> 1) + 1;
    if (doc >= docCount) return false;
    docs[entry] = doc;
    frequencies[entry] = (gap & 1) === 0 ? 1 : (bytes[at++] ?? 0);
  }
  into.count = expected;
  return at === end;
}

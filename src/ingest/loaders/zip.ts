import { inflateRawSync } from 'node:zlib';
import { malformed, unsafe } from './loader.js';

/** One entry of a ZIP archive, as its central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Where its local header stands. */
  readonly offset: number;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
/** The end record is 22 bytes and a comment of at most 65,535. */
const END_SEARCH_BYTES = 22 + 65_535;
const MAX_ENTRIES = 10_000;
/** More than any text in a word processor's file reaches; deflate itself can reach 1,032. */
const MAX_RATIO = 200;
const RATIO_FREE_BYTES = 1024 * 1024;

/** Reads the central directory without unpacking anything. Throws `file_malformed` or `file_unsafe`. */
export function readZipDirectory(source: string, archive: Uint8Array): ZipEntry[] {
  const view = viewOf(archive);
  const end = findEnd(view);
  if (end === undefined) throw malformed(source, 'it is not a ZIP archive, or its end is missing');
  const count = view.getUint16(end + 10, true);
  if (count > MAX_ENTRIES) throw unsafe(source, `it holds more than ${MAX_ENTRIES} parts`);
  const entries: ZipEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE)
      throw malformed(source, 'its list of parts is damaged');
    entries.push(readEntry(view, at));
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** Refuses an archive that would unfold to more than the limit, or far more than its size, before unpacking it. */
export function checkZipBomb(
  source: string,
  archive: Uint8Array,
  entries: readonly ZipEntry[],
  limitBytes: number,
) {
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > limitBytes)
    throw unsafe(source, `it would unfold to ${total} bytes; the limit is ${limitBytes}`);
  if (total > RATIO_FREE_BYTES && total > archive.length * MAX_RATIO)
    throw unsafe(source, `it would unfold to more than ${MAX_RATIO} times its size`);
}

/** Unpacks one entry, to exactly the size that the directory gave; a directory that lies is refused. */
export function unpackEntry(source: string, archive: Uint8Array, entry: ZipEntry): Uint8Array {
  const view = viewOf(archive);
  if (entry.offset + 30 > view.byteLength || view.getUint32(entry.offset, true) !== LOCAL_SIGNATURE)
    throw malformed(source, `its part ${entry.name} is missing`);
  const from =
    entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
  const packed = archive.subarray(from, from + entry.compressedBytes);
  if (packed.length !== entry.compressedBytes) throw malformed(source, `its part ${entry.name} is cut off`);
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw malformed(source, `its part ${entry.name} is packed in an unknown way`);
  return inflate(source, packed, entry);
}

function inflate(source: string, packed: Uint8Array, entry: ZipEntry): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.bytes) });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw unsafe(source, `its part ${entry.name} is larger than it says`);
    throw malformed(source, `its part ${entry.name} cannot be unpacked`, cause);
  }
}

/** Whether an archive lists a part of that name; false for what is no archive. */
export function zipHolds(archive: Uint8Array, name: string): boolean {
  try {
    return readZipDirectory('', archive).some((entry) => entry.name === name);
  } catch {
    return false;
  }
}

function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - 22;
  for (let at = last; at >= Math.max(0, last - END_SEARCH_BYTES); at--)
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  return undefined;
}

function readEntry(view: DataView, at: number): ZipEntry {
  const nameBytes = view.getUint16(at + 28, true);
  const from = Math.min(at + 46, view.byteLength);
  const name = Buffer.from(view.buffer, view.byteOffset + from, Math.min(nameBytes, view.byteLength - from));
  return {
    name: name.toString('utf8'),
    method: view.getUint16(at + 10, true),
    compressedBytes: view.getUint32(at + 20, true),
    bytes: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

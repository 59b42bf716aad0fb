import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { makeFolders, storageError } from '../../../sql/index.js';
import { KeywordSegment, KeywordSegmentBuilder, mergeKeywordSegments } from '../../keyword/index.js';
import {
  buildGraph,
  FLAT_LIMIT_BYTES,
  VectorFile,
  VectorFileWriter,
  type WrittenFile,
} from '../../vector/index.js';
import { newFileName, type SegmentFile } from './segments.js';

/** Texts that one in-memory keyword builder takes; more are built in parts and merged. About 40 MB. */
const KEYWORD_PART_ROWS = 20_000;

const READ_BLOCK_BYTES = 1 << 20;

/**
 * Writes the files of one segment into a collection's index folder. Each is on the disk when its call returns;
 * `discard` deletes them again when they were not registered.
 */
export class SegmentFileWriter {
  readonly files: SegmentFile[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#guard(() => makeFolders(folder));
  }

  /** Builds the keyword file from texts, in the order of the rows. */
  writeKeyword(texts: Iterable<string>): void {
    const parts: string[] = [];
    try {
      for (const bytes of keywordParts(texts)) {
        parts.push(this.#pathOf(`${newFileName('keyword')}.part`));
        this.#guard(() => writeSynced(parts.at(-1) as string, bytes));
      }
      if (parts.length > 1) this.mergeKeyword(parts.map((path) => ({ path })));
      else this.#adopt('keyword', 0, (path) => renameSync(parts[0] as string, path));
    } finally {
      for (const part of parts) rmSync(part, { force: true });
    }
  }

  /** Joins keyword files. `remap` gives each row's place in the new segment, -1 to drop it; without it all follow in order. */
  mergeKeyword(sources: readonly { path: string; remap?: Int32Array }[]): void {
    const opened: KeywordSegment[] = [];
    try {
      for (const { path } of sources) opened.push(KeywordSegment.open(path));
      let next = 0;
      const parts = opened.map((segment, at) => {
        const remap =
          sources[at]?.remap ?? Int32Array.from({ length: segment.docCount }, (_, row) => next + row);
        next += segment.docCount;
        return { segment, remap };
      });
      this.#adopt('keyword', 0, (path) => mergeKeywordSegments(parts, path));
    } finally {
      for (const segment of opened) segment.close();
    }
  }

  /** Writes the vectors, in the order of the rows; `undefined` for a row without one. */
  writeVectors(
    embedder: number,
    dimensions: number,
    halves: Iterable<Uint8Array | undefined>,
  ): { needsGraph: boolean } {
    const file = newFileName('vectors');
    const writer = this.#guard(() => new VectorFileWriter(this.#pathOf(file), dimensions));
    let rows = 0;
    try {
      for (const row of halves) {
        this.#guard(() => writer.add(row));
        rows++;
      }
      const written = this.#guard(() => writer.finish());
      this.files.push({ kind: 'vectors', embedder, file, ...written });
    } catch (error) {
      rmSync(this.#pathOf(file), { force: true });
      throw error;
    } finally {
      writer.close();
    }
    return { needsGraph: rows * dimensions > FLAT_LIMIT_BYTES };
  }

  /** Builds the graph over a vectors file of the same folder. Takes seconds for 10,000 rows. */
  async writeGraph(embedder: number, vectorsFile: string, signal?: AbortSignal): Promise<void> {
    const file = newFileName('graph');
    const path = this.#pathOf(file);
    const vectors = VectorFile.open(this.#pathOf(vectorsFile));
    try {
      await buildGraph(vectors, path, signal);
      this.files.push({ kind: 'graph', embedder, file, ...this.#guard(() => checksumOf(path)) });
    } catch (error) {
      rmSync(path, { force: true });
      throw storageError(error, path);
    } finally {
      vectors.close();
    }
  }

  discard(): void {
    for (const { file } of this.files.splice(0)) rmSync(this.#pathOf(file), { force: true });
  }

  #adopt(kind: SegmentFile['kind'], embedder: number, write: (path: string) => void): void {
    const file = newFileName(kind);
    const path = this.#pathOf(file);
    this.#guard(() => {
      write(path);
      this.files.push({ kind, embedder, file, ...checksumOf(path) });
    });
  }

  #pathOf(file: string): string {
    return join(this.#folder, file);
  }

  /** A full or read-only disk shows itself here first. */
  #guard<Result>(body: () => Result): Result {
    try {
      return body();
    } catch (thrown) {
      throw storageError(thrown, this.#folder);
    }
  }
}

function* keywordParts(texts: Iterable<string>): Generator<Uint8Array> {
  let builder = new KeywordSegmentBuilder();
  for (const text of texts) {
    builder.add(builder.docCount, text);
    if (builder.docCount < KEYWORD_PART_ROWS) continue;
    yield builder.finish();
    builder = new KeywordSegmentBuilder();
  }
  yield builder.finish();
}

function writeSynced(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, 'wx');
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Size and CRC-32 of a file, read in pieces. */
export function checksumOf(path: string): WrittenFile {
  const steps = checksumSteps(path);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, pausing after every megabyte for whoever shares the thread. */
export function* checksumSteps(path: string): Generator<void, WrittenFile> {
  const descriptor = openSync(path, 'r');
  const block = new Uint8Array(READ_BLOCK_BYTES);
  let [bytes, checksum] = [0, 0];
  try {
    for (;;) {
      const count = readSync(descriptor, block, 0, block.length, bytes);
      if (count === 0) return { bytes, checksum };
      checksum = crc32(block.subarray(0, count), checksum);
      bytes += count;
      yield;
    }
  } finally {
    closeSync(descriptor);
  }
}

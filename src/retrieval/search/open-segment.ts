import { statSync } from 'node:fs';
import { join } from 'node:path';
import { NaraeError } from '../../core/index.js';
import { KeywordSegment } from '../keyword/index.js';
import {
  ChunkRuns,
  checksumSteps,
  type SegmentFile,
  type SegmentFileKind,
  type SegmentRow,
} from '../stores/embedded/index.js';
import { type Accepted, VectorSegment } from '../vector/index.js';
import { liveRows } from './acceptance.js';

/** A file of a segment that cannot be used as it is; it is to be rebuilt. */
export class DamagedFile extends Error {
  readonly segment: SegmentRow;
  readonly kind: SegmentFileKind;
  readonly embedder: number;

  constructor(segment: SegmentRow, kind: SegmentFileKind, embedder: number, cause?: unknown) {
    super(`segment ${segment.id}: ${kind}`, { cause });
    this.segment = segment;
    this.kind = kind;
    this.embedder = embedder;
  }
}

/** Files up to this size are read as a whole before they are used; larger ones are verified afterwards. */
const VERIFY_FIRST_BYTES = 8_000_000;

/** One segment, opened for reading: keywords at once, vectors when a search first needs them. */
export class OpenSegment {
  readonly row: SegmentRow;
  readonly runs: ChunkRuns;
  readonly keyword: KeywordSegment;
  /** Rows that are not dead; undefined when all live. */
  live: Accepted | undefined;
  readonly #folder: string;
  readonly #verified = new Set<string>();
  #vectors: { readonly embedder: number; readonly segment: VectorSegment } | undefined;

  /** Throws DamagedFile. */
  constructor(folder: string, row: SegmentRow, runs: Uint8Array) {
    this.#folder = folder;
    this.row = row;
    this.runs = new ChunkRuns(runs);
    this.keyword = this.#openKeyword();
  }

  markDead(dead: readonly number[]): void {
    this.live = liveRows(this.runs, dead);
  }

  get vectors(): VectorSegment | undefined {
    return this.#vectors?.segment;
  }

  /** Opens this embedder's vectors; none when the segment has none yet. Throws DamagedFile. */
  openVectors(embedder: number, expansionSearch: number): void {
    if (this.#vectors?.embedder === embedder) return;
    const vectors = this.#file('vectors', embedder);
    if (!vectors) return;
    const graph = this.#file('graph', embedder);
    this.#verifyFirst(vectors);
    // A damaged graph could end the process: nothing is read from it before all of it is known to be whole.
    if (graph) finish(this.#verify(graph));
    this.#vectors?.segment.close();
    this.#vectors = { embedder, segment: this.#openVectorSegment(vectors, graph, expansionSearch) };
  }

  /** Verifies what is open and has not been, pausing often. Throws DamagedFile. */
  *verifyRest(): Generator<void, void> {
    for (const file of this.row.files)
      if (file.kind === 'keyword' || file.embedder === this.#vectors?.embedder) yield* this.#verify(file);
  }

  /** Idempotent. */
  close(): void {
    this.keyword.close();
    this.#vectors?.segment.close();
  }

  #openKeyword(): KeywordSegment {
    const file = this.#file('keyword', 0);
    if (file) this.#verifyFirst(file);
    try {
      const segment = KeywordSegment.open(this.#pathOf(file));
      if (segment.docCount === this.row.rows) return segment;
      segment.close();
    } catch (error) {
      if (!(error instanceof NaraeError)) throw error;
      throw new DamagedFile(this.row, 'keyword', 0, error);
    }
    throw new DamagedFile(this.row, 'keyword', 0);
  }

  #openVectorSegment(
    vectors: SegmentFile,
    graph: SegmentFile | undefined,
    expansionSearch: number,
  ): VectorSegment {
    try {
      const segment = new VectorSegment({
        vectorsPath: this.#pathOf(vectors),
        graphPath: graph && this.#pathOf(graph),
        expansionSearch,
      });
      if (segment.rows === this.row.rows) return segment;
      segment.close();
    } catch (error) {
      throw new DamagedFile(this.row, 'vectors', vectors.embedder, error);
    }
    throw new DamagedFile(this.row, 'vectors', vectors.embedder);
  }

  #verifyFirst(file: SegmentFile): void {
    if (file.bytes <= VERIFY_FIRST_BYTES) finish(this.#verify(file));
  }

  *#verify(file: SegmentFile): Generator<void, void> {
    if (this.#verified.has(file.file)) return;
    if (!(yield* isWhole(this.#pathOf(file), file)))
      throw new DamagedFile(this.row, file.kind, file.embedder);
    this.#verified.add(file.file);
  }

  #file(kind: SegmentFileKind, embedder: number): SegmentFile | undefined {
    return this.row.files.find((file) => file.kind === kind && file.embedder === embedder);
  }

  #pathOf(file: SegmentFile | undefined): string {
    return join(this.#folder, file?.file ?? 'missing');
  }
}

function* isWhole(path: string, file: SegmentFile): Generator<void, boolean> {
  if (statSync(path, { throwIfNoEntry: false })?.size !== file.bytes) return false;
  return (yield* checksumSteps(path)).checksum === file.checksum;
}

/** Runs all steps without a pause. */
function finish(steps: Generator<void, void>): void {
  while (!steps.next().done);
}

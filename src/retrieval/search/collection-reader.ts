import type { SqlDatabase } from '../../sql/index.js';
import type { FilterClause } from '../filter.js';
import { KeywordSearcher } from '../keyword/index.js';
import {
  type CollectionRow,
  deadChunks,
  findEmbedderNumber,
  indexFolder,
  matchingDocuments,
  readRuns,
  readSegments,
} from '../stores/embedded/index.js';
import type { Accepted } from '../vector/index.js';
import { rowsOfDocuments } from './acceptance.js';
import { OpenSegment } from './open-segment.js';

/** Filters whose rows are remembered until the collection changes. */
const FILTER_LIMIT = 16;

/** Rows that may be found, by segment; undefined where all may. */
export type AcceptedRows = readonly (Accepted | undefined)[];

/** The open segments of one collection at one layout of its manifest. */
export class CollectionReader {
  readonly #db: SqlDatabase;
  readonly #folder: string;
  #segments: readonly OpenSegment[] = [];
  #searcher = new KeywordSearcher([]);
  #filters = new Map<string, AcceptedRows>();
  #layout = -1;
  #embedder: string | undefined;

  constructor(db: SqlDatabase, dataDir: string, collection: number) {
    this.#db = db;
    this.#folder = indexFolder(dataDir, collection);
  }

  get segments(): readonly OpenSegment[] {
    return this.#segments;
  }

  get searcher(): KeywordSearcher {
    return this.#searcher;
  }

  /** Whether what is open is what the row describes. */
  isCurrent(row: CollectionRow, needsVectors: boolean): boolean {
    return this.#layout === row.layout && (!needsVectors || this.#embedder === row.embedder);
  }

  /** Within the read transaction that gave `row`. Throws DamagedFile. */
  refresh(row: CollectionRow): void {
    if (this.#layout === row.layout) return;
    const known = new Map(this.#segments.map((segment) => [fileNames(segment), segment]));
    const opened: OpenSegment[] = [];
    const fresh: OpenSegment[] = [];
    try {
      for (const manifest of readSegments(this.#db, row.id)) {
        const name = namesOf(manifest.files, manifest.id);
        const kept = known.get(name);
        const segment = kept ?? new OpenSegment(this.#folder, manifest, readRuns(this.#db, manifest.id));
        if (kept) known.delete(name);
        else fresh.push(segment);
        opened.push(segment);
      }
    } catch (error) {
      for (const segment of fresh) segment.close();
      throw error;
    }
    for (const segment of known.values()) segment.close();
    this.#adopt(row, opened);
  }

  /** Opens the collection's vectors. Throws DamagedFile. */
  openVectors(row: CollectionRow, expansionSearch: number): void {
    const number = findEmbedderNumber(this.#db, row.embedder);
    if (number !== undefined)
      for (const segment of this.#segments) segment.openVectors(number, expansionSearch);
    this.#embedder = row.embedder;
  }

  /** Rows that live and fit the filter. */
  accepted(row: CollectionRow, filter: readonly FilterClause[]): AcceptedRows {
    if (filter.length === 0) return this.#segments.map((segment) => segment.live);
    const key = JSON.stringify(filter);
    const known = this.#filters.get(key);
    if (known) return known;
    const documents = matchingDocuments(this.#db, row, filter);
    const accepted = this.#segments.map((segment) => rowsOfDocuments(segment.runs, documents, segment.live));
    if (this.#filters.size >= FILTER_LIMIT) this.#filters.delete(this.#filters.keys().next().value as string);
    this.#filters.set(key, accepted);
    return accepted;
  }

  /** Idempotent; the next `refresh` opens everything again. */
  close(): void {
    for (const segment of this.#segments) segment.close();
    this.#segments = [];
    this.#searcher = new KeywordSearcher([]);
    this.#filters.clear();
    this.#layout = -1;
    this.#embedder = undefined;
  }

  #adopt(row: CollectionRow, segments: readonly OpenSegment[]): void {
    const dead = deadChunks(this.#db, row.id);
    for (const segment of segments) segment.markDead(dead);
    this.#segments = segments;
    this.#searcher = new KeywordSearcher(segments.map((segment) => ({ segment: segment.keyword })));
    this.#filters = new Map();
    this.#layout = row.layout;
    this.#embedder = undefined;
  }
}

function fileNames(segment: OpenSegment): string {
  return namesOf(segment.row.files, segment.row.id);
}

/** Two manifests' entries are the same segment when they name the same files. */
function namesOf(files: readonly { file: string }[], id: number): string {
  return [id, ...files.map((file) => file.file)].join(' ');
}

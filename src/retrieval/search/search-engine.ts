import { setImmediate as nextTick } from 'node:timers/promises';
import { NaraeError, throwIfAborted } from '../../core/index.js';
import type { Passage } from '../spec.js';
import {
  type CollectionRow,
  openDatabase,
  readPassages,
  repairSegment,
  requireCollection,
  type SqlDatabase,
} from '../stores/embedded/index.js';
import { CollectionReader } from './collection-reader.js';
import { DamagedFile } from './open-segment.js';
import { type RankedChunk, rank } from './rank.js';
import type { IndexSize, SearchInput, SearchOutput, SearchWorkerData } from './search-methods.js';

/** Queries that are answered in one go; between two groups other requests get their turn. */
const GROUP_QUERIES = 4;

/** Collections whose files stay open; the one that was used longest ago is closed first. */
const MAX_OPEN_COLLECTIONS = 32;

/** Times that a request starts anew because the collection changed or a file had to be rebuilt. */
const MAX_ATTEMPTS = 12;

interface Group {
  readonly version: number;
  readonly results: Passage[][];
  readonly searchMs: number;
  readonly fetchMs: number;
}

/** Answers searches from the data folder, on its own connection. Made for a thread of its own: every call computes. */
export class SearchEngine {
  readonly #options: SearchWorkerData;
  readonly #db: SqlDatabase;
  /** By collection id, the least recently used first. */
  readonly #readers = new Map<number, CollectionReader>();
  #repairs = 0;

  /** Throws a storage error. */
  constructor(options: SearchWorkerData) {
    this.#options = options;
    this.#db = openDatabase(options.dataDir);
  }

  async search(input: SearchInput, signal?: AbortSignal): Promise<SearchOutput> {
    const repairsBefore = this.#repairs;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const groups = await this.#searchGroups(input, signal);
      if (groups === 'embedder-changed') return { kind: 'embedder-changed' };
      if (groups === 'again') continue;
      return {
        kind: 'found',
        results: groups.flatMap((group) => group.results),
        version: groups[0]?.version ?? 0,
        searchMs: sum(groups, 'searchMs'),
        fetchMs: sum(groups, 'fetchMs'),
        repairs: this.#repairs - repairsBefore,
      };
    }
    throw new NaraeError('overloaded', {
      values: { what: 'the collection changes faster than it can be searched', retryAfterSeconds: 1 },
      retryAfterSeconds: 1,
    });
  }

  open(tenant: string, collection: string): IndexSize {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const reader = this.#repairing(tenant, collection, () =>
        this.#db.read(() => this.#reader(requireCollection(this.#db, tenant, collection), true)),
      );
      if (reader === 'again') continue;
      const files = reader.segments.flatMap((segment) => segment.row.files);
      return {
        segments: reader.segments.length,
        bytes: files.reduce((bytes, file) => bytes + file.bytes, 0),
      };
    }
    throw new NaraeError('internal', { values: { requestId: '-' } });
  }

  /** Idempotent. */
  close(): void {
    for (const reader of this.#readers.values()) reader.close();
    this.#readers.clear();
    this.#db.close();
  }

  /** All groups at one version; `again` when it changed in between. */
  async #searchGroups(
    input: SearchInput,
    signal: AbortSignal | undefined,
  ): Promise<Group[] | 'again' | 'embedder-changed'> {
    const groups: Group[] = [];
    for (let at = 0; at < input.queries.length; at += GROUP_QUERIES) {
      if (at > 0) await nextTick();
      throwIfAborted(signal);
      const group = this.#repairing(input.tenant, input.collection, () =>
        this.#db.read(() => this.#searchGroup(input, at)),
      );
      if (typeof group === 'string') return group;
      if (groups[0] && groups[0].version !== group.version) return 'again';
      groups.push(group);
    }
    return groups;
  }

  /** One snapshot: the version, the rows and the passages belong together. */
  #searchGroup(input: SearchInput, from: number): Group | 'embedder-changed' {
    const startMs = performance.now();
    const row = requireCollection(this.#db, input.tenant, input.collection);
    if (input.vectors && input.embedder !== row.embedder) return 'embedder-changed';
    const reader = this.#reader(row, input.mode !== 'keyword');
    const accepted = reader.accepted(row, input.filter);
    const queries = input.queries.slice(from, from + GROUP_QUERIES);
    const ranked = queries.map((query, at) =>
      rank(reader, { ...input, query, vector: input.vectors?.[from + at] }, accepted).filter(
        ({ score }) => input.minScore === undefined || score >= input.minScore,
      ),
    );
    const rankedMs = performance.now();
    const results = this.#fetch(row, ranked);
    const endMs = performance.now();
    return { version: row.version, results, searchMs: rankedMs - startMs, fetchMs: endMs - rankedMs };
  }

  #fetch(row: CollectionRow, ranked: readonly RankedChunk[][]): Passage[][] {
    const chunks = new Set(ranked.flatMap((each) => each.map(({ chunk }) => chunk)));
    const stored = readPassages(this.#db, row, [...chunks]);
    return ranked.map((each) =>
      each.flatMap(({ chunk, score }) => {
        const passage = stored.get(chunk);
        return passage ? [{ ...passage, score }] : [];
      }),
    );
  }

  /** Within a read transaction. Throws DamagedFile. */
  #reader(row: CollectionRow, needsVectors: boolean): CollectionReader {
    const reader = this.#readers.get(row.id) ?? new CollectionReader(this.#db, this.#options.dataDir, row.id);
    this.#readers.delete(row.id);
    this.#readers.set(row.id, reader);
    this.#closeLeastUsed();
    if (!reader.isCurrent(row, needsVectors)) {
      reader.refresh(row);
      if (needsVectors) reader.openVectors(row, this.#options.expansionSearch);
    }
    return reader;
  }

  #closeLeastUsed(): void {
    if (this.#readers.size <= MAX_OPEN_COLLECTIONS) return;
    const [id, reader] = this.#readers.entries().next().value as [number, CollectionReader];
    this.#readers.delete(id);
    reader.close();
  }

  /** Runs `body`; when it meets a damaged file, rebuilds that and says `again`. */
  #repairing<Result>(tenant: string, collection: string, body: () => Result): Result | 'again' {
    try {
      return body();
    } catch (error) {
      const row = requireCollection(this.#db, tenant, collection);
      for (const damage of this.#damages(row, error)) {
        const { segment, kind, embedder } = damage;
        const target = { segment: segment.id, kind, embedder };
        if (repairSegment(this.#db, this.#options.dataDir, row, target)) this.#repairs++;
      }
      this.#readers.get(row.id)?.close();
      return 'again';
    }
  }

  /** The damaged files behind an error; rethrows an error that is about something else. */
  #damages(row: CollectionRow, error: unknown): DamagedFile[] {
    if (error instanceof DamagedFile) return [error];
    if (!(error instanceof NaraeError) || error.code !== 'index_damaged') throw error;
    const segments = this.#readers.get(row.id)?.segments ?? [];
    const found = segments.flatMap((segment) => damageOf(() => segment.verifyKeyword()));
    if (found.length === 0) throw error;
    return found;
  }
}

function damageOf(verify: () => void): DamagedFile[] {
  try {
    verify();
    return [];
  } catch (error) {
    if (error instanceof DamagedFile) return [error];
    throw error;
  }
}

function sum(groups: readonly Group[], key: 'searchMs' | 'fetchMs'): number {
  return groups.reduce((total, group) => total + group[key], 0);
}

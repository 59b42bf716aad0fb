import { setImmediate as nextTick } from 'node:timers/promises';
import { NaraeError, throwIfAborted } from '../../core/index.js';
import type { SqlDatabase } from '../../sql/index.js';
import type { Passage } from '../spec.js';
import {
  type CollectionRow,
  openDatabase,
  readPassages,
  requireCollection,
} from '../stores/embedded/index.js';
import { CollectionPool } from './collection-pool.js';
import type { CollectionReader } from './collection-reader.js';
import type { OpenSegment } from './open-segment.js';
import { type RankedChunk, rank } from './rank.js';
import type {
  CollectionInput,
  IndexSize,
  SearchInput,
  SearchOutput,
  SearchWorkerData,
} from './search-methods.js';

/** Queries that are answered in one go; between two groups other requests get their turn. */
const GROUP_QUERIES = 4;

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
  readonly #db: SqlDatabase;
  readonly #pool: CollectionPool;

  /** Throws a storage error. */
  constructor(options: SearchWorkerData) {
    this.#db = openDatabase(options.dataDir);
    this.#pool = new CollectionPool(this.#db, options);
  }

  /** Rejects with `collection_not_found`, `overloaded`, a storage error or the signal's reason. */
  async search(input: SearchInput, signal?: AbortSignal): Promise<SearchOutput> {
    const repairsBefore = this.#pool.repairs;
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
        repairs: this.#pool.repairs - repairsBefore,
      };
    }
    throw changingTooFast();
  }

  /** Opens the collection's files. */
  open(input: CollectionInput): IndexSize {
    const { segments } = this.#openReader(input);
    const files = segments.flatMap((segment) => segment.row.files);
    return { segments: segments.length, bytes: files.reduce((bytes, file) => bytes + file.bytes, 0) };
  }

  /**
   * Reads the open files from end to end, a megabyte at a time between other calls, and rebuilds what is damaged.
   * Gives the number of rebuilt files.
   */
  async verify(input: CollectionInput, signal?: AbortSignal): Promise<number> {
    const before = this.#pool.repairs;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (await this.#verifySegments(input, this.#openReader(input).segments, signal)) break;
    }
    return this.#pool.repairs - before;
  }

  /** Idempotent. */
  close(): void {
    this.#pool.close();
    this.#db.close();
  }

  #openReader(input: CollectionInput): CollectionReader {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const reader = this.#pool.repairing(input, () =>
        this.#db.read(() =>
          this.#pool.reader(requireCollection(this.#db, input.tenant, input.collection), true),
        ),
      );
      if (reader !== 'again') return reader;
    }
    throw changingTooFast();
  }

  /** False when something was damaged and has been rebuilt, so that the collection must be opened anew. */
  async #verifySegments(
    input: CollectionInput,
    segments: readonly OpenSegment[],
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    for (const segment of segments) {
      const steps = segment.verifyRest();
      for (;;) {
        throwIfAborted(signal);
        const step = this.#pool.repairing(input, () => steps.next());
        if (step === 'again') return false;
        if (step.done) break;
        await nextTick();
      }
    }
    return true;
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
      const group = this.#pool.repairing(input, () => this.#db.read(() => this.#searchGroup(input, at)));
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
    const reader = this.#pool.reader(row, input.mode !== 'keyword');
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
}

function changingTooFast(): NaraeError {
  return new NaraeError('overloaded', {
    values: { what: 'the collection changes faster than it can be read', retryAfterSeconds: 1 },
    retryAfterSeconds: 1,
  });
}

function sum(groups: readonly Group[], key: 'searchMs' | 'fetchMs'): number {
  return groups.reduce((total, group) => total + group[key], 0);
}

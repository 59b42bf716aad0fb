/** The contract of caches: what other rooms see. A cache knows nothing of what it keeps. */
import type { CacheKey } from './key.js';

/**
 * How a value came about. `joined`: another caller, or another node, was computing it already. `bypass`: computed
 * because the caller wanted it new.
 */
export type CacheOutcome = 'hit' | 'stale' | 'joined' | 'miss' | 'bypass';

export interface Found<Value> {
  readonly value: Value;
  readonly outcome: CacheOutcome;
  /** Where it was found; `source` is the computation. */
  readonly tier: 'memory' | 'shared' | 'source';
  /** When it was computed. */
  readonly storedAtMs: number;
}

/**
 * How one cache treats its values. Durations are milliseconds. Values are plain data (what the shared tier gives back
 * is a copy) and are handed out to all callers as they are: nobody may change one.
 */
export interface CacheOptions<Value> {
  /** Appears in keys, metrics and the admin API: `answer`, `retrieval`, `embedding`. */
  readonly name: string;
  /** Raised when the shape of values changes: entries of another version are misses. */
  readonly version: number;
  readonly ttlMs: number;
  /** Bytes that a value takes in memory, about. */
  readonly bytesOf: (value: Value) => number;
  /** What computing a value cost, for the savings in the statistics. */
  readonly costOf?: (value: Value) => ComputeCost | undefined;
  /** Checks what comes from the shared tier; false is a miss, counted, and deletes the entry. */
  readonly isValue: (candidate: unknown) => candidate is Value;
  /** Default: memory and shared. */
  readonly tiers?: 'memory' | 'memory-and-shared';
  /** Share of the life by which it is shortened at random, so that entries do not die together. Default 0.1. */
  readonly ttlJitter?: number;
  /** Grows with use: from so many reads on, so long a life. Ascending. */
  readonly growth?: readonly { readonly reads: number; readonly ttlMs: number }[];
  /** After its life, a value is still given out for so long while it is computed anew behind it. Default 0. */
  readonly staleWhileRevalidateMs?: number;
  /** After its life, a value stands in for so long when computing fails. Default 0. */
  readonly staleIfErrorMs?: number;
  /** Within this last share of its life a value is computed anew early, behind a hit, by chance. Default 0: never. */
  readonly earlyRefreshRatio?: number;
  /** Failures to remember, and how long; undefined: this one is not. */
  readonly negativeTtlMs?: (error: unknown) => number | undefined;
  /**
   * How memory stays right when another node changes an entry. `content`: keys name all that the value depends on,
   * so an entry never changes. `tracked`: Redis tells of changes. Default `content`.
   */
  readonly coherence?: 'content' | 'tracked';
  /**
   * One computation at a time over all nodes, by a lease: worth its two round trips where computing is dear.
   * Default true; does nothing without leases.
   */
  readonly leased?: boolean;
}

export interface StoreOptions {
  /** Default: the cache's. */
  readonly ttlMs?: number;
  /** Names by which the entry can be dropped later: `document:42`. At most 16. */
  readonly tags?: readonly string[];
  /** What computing it cost; default: what the cache's `costOf` says. */
  readonly cost?: ComputeCost;
}

export interface ComputeOptions<Value> extends StoreOptions {
  readonly signal?: AbortSignal;
  readonly forceNew?: boolean;
  /** False for what callers and their twins may have but nobody later: half an answer, a makeshift. Default: all is kept. */
  readonly keepIf?: (value: Value) => boolean;
}

export interface ComputeCost {
  readonly llmCalls?: number;
  readonly tokens?: number;
  /** In US dollars, by the model's configured price. */
  readonly dollars?: number;
}

export interface Cache<Value> {
  readonly name: string;
  /** Memory only, at once, while fresh; does not count as a miss. */
  peek(key: CacheKey): Found<Value> | undefined;
  /**
   * Memory, then the shared tier. Never rejects: a shared tier that is slow or down is a miss. `sharedDeadlineMs`: how
   * long the shared tier may take where a needless computation costs more than waiting; default: its own deadline.
   */
  get(key: CacheKey, signal?: AbortSignal, sharedDeadlineMs?: number): Promise<Found<Value> | undefined>;
  /**
   * Also what is past its life but within its stale windows, as `stale`: to stand in where computing failed.
   * Never rejects.
   */
  getStale(key: CacheKey, signal?: AbortSignal): Promise<Found<Value> | undefined>;
  /**
   * Stores at once in memory; the shared tier follows in the background. Resolves when other nodes can read it, or
   * never will; never rejects, so that nobody needs to wait.
   */
  set(key: CacheKey, value: Value, options?: StoreOptions): Promise<void>;
  /**
   * Gives the value, computing it at most once at a time, also across nodes that share Redis. The computation's
   * signal aborts when the last caller has left. Rejects with what `compute` rejects with, or with the reason of the
   * caller's own signal. `forceNew`: computes without looking or joining, and stores what comes.
   */
  getOrCompute(
    key: CacheKey,
    compute: (signal: AbortSignal) => Promise<Value>,
    options?: ComputeOptions<Value>,
  ): Promise<Found<Value>>;
  delete(key: CacheKey): Promise<void>;
  /** Drops a tenant's entries, all or by glob on the key's name or by tag. Gives how many, as far as is known. */
  invalidate(scope: CacheScope): Promise<number>;
  statistics(): CacheStatistics;
}

/** Never without a tenant: `cache_scope_missing`. */
export interface CacheScope {
  readonly tenant: string;
  /** `*` and `?`, on the names of named keys: `user_*`. */
  readonly pattern?: string;
  readonly tag?: string;
}

export interface CacheStatistics {
  /** From memory or the shared tier. */
  readonly hits: number;
  /** Those of `hits` that came from the shared tier. */
  readonly sharedHits: number;
  readonly misses: number;
  readonly joins: number;
  readonly stale: number;
  readonly bypasses: number;
  /** Failures given out from memory. */
  readonly negatives: number;
  /** Entries that memory had no room for any more. */
  readonly evictions: number;
  /** Entries of the shared tier that could not be read: torn, of an unknown version, of another type. */
  readonly unreadable: number;
  /** Shared tier asked in vain: down, slow, resting behind its breaker, or with too many writes waiting. */
  readonly sharedFailures: number;
  /** In memory. */
  readonly entries: number;
  /** In memory, with what keys and entries themselves take. */
  readonly bytes: number;
  /** What hits, stale hits and joins did not have to pay. */
  readonly saved: Required<ComputeCost>;
}

/** All caches of a process: one bound in memory, one shared tier, one place to look. */
export interface Caches {
  /** Throws `invalid_request` for options that make no sense, naming the field, and for a name that is taken. */
  create<Value>(options: CacheOptions<Value>): Cache<Value>;
  /** By name. */
  statistics(): Readonly<Record<string, CacheStatistics>>;
  /** Rejects with `cache_not_found`. */
  invalidate(name: string, scope: CacheScope): Promise<number>;
  /** Of the shared tier, over all caches; undefined without one or where it cannot tell. */
  sharedSize(): { readonly entries: number; readonly bytes: number } | undefined;
  /** Stops refreshing and waits for writes under way, 5 s at most. The shared tier stays the caller's to close. */
  close(): Promise<void>;
}

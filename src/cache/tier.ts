/** The contract of a shared tier: what stands behind memory. Redis and the embedded store implement it. */

/** Names one entry over all caches and tenants. No field is empty. */
export interface EntryAddress {
  readonly cache: string;
  readonly tenant: string;
  /** Within tenant and cache; at most 1,024 characters of any kind. */
  readonly id: string;
}

/** When a stored value ages. Milliseconds since the epoch. */
export interface RecordLife {
  /** Until then the value is as good as new. */
  readonly freshUntilMs: number;
  /** After this the tier forgets it; never before `freshUntilMs`. Between the two it may be given out as stale. */
  readonly keepUntilMs: number;
  /** Reads that are known of, for a life that grows with use. */
  readonly reads: number;
}

export interface TierRecord extends RecordLife {
  /** What the codec wrote; opaque here. The reader may keep it: no view of a buffer that is used again. */
  readonly body: Uint8Array;
  readonly storedAtMs: number;
}

/** Entries of one tenant in one cache. With a pattern or a tag, only those that match. */
export interface TierScope {
  readonly cache: string;
  readonly tenant: string;
  /** Glob on the whole `id`: `*` is any run of characters, `?` any one; every other character is itself. */
  readonly idPattern?: string;
  readonly tag?: string;
}

/** What another process did, for the memory of this one. */
export type TierNews =
  | { readonly kind: 'changed'; readonly address: EntryAddress }
  | { readonly kind: 'invalidated'; readonly scope: TierScope }
  /** Some news may have been missed: nothing in memory that can change is known to be right. */
  | { readonly kind: 'lost' };

export interface SharedTierSize {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Calls about one address take effect in the order in which they were made; a read may also see what was called for
 * after it. Every call ends within the tier's own deadline and may reject when the tier is down or slow: caches count
 * that and do without.
 */
export interface SharedTier {
  /**
   * Reads of one tick travel together. Undefined for what is not there or past `keepUntilMs`. `deadlineMs` takes the
   * place of the tier's own deadline, where it has one.
   */
  read(address: EntryAddress, signal?: AbortSignal, deadlineMs?: number): Promise<TierRecord | undefined>;
  /** Replaces what is there, its tags too. Resolves once other processes can read it. */
  write(address: EntryAddress, record: TierRecord, tags: readonly string[]): Promise<void>;
  /** Gives an entry another life; does nothing where there is none. */
  touch(address: EntryAddress, life: RecordLife): Promise<void>;
  delete(address: EntryAddress): Promise<void>;
  /** Gives how many went, as far as is known. */
  invalidate(scope: TierScope): Promise<number>;
  /**
   * Tells what other processes do: every `invalidated`, and each `changed` of the caches named in `tracked`; called
   * once a cache. News of this process's own calls may come too, and cost a place in memory. While the tier is down
   * it does not reject: it begins, with `lost`, when the tier is back. The returned function ends it.
   */
  follow(tracked: readonly string[], listener: (news: TierNews) => void): Promise<() => void>;
  /** Undefined where it cannot be told cheaply. */
  size(): SharedTierSize | undefined;
  /** Finishes what is under way, within a deadline. Idempotent. */
  close(): Promise<void>;
}

import { type Clock, throwIfAborted } from '../core/index.js';
import { checkStoreOptions } from './check-options.js';
import type { ComputeRights } from './compute-rights.js';
import type { Entries, FoundTier } from './entries.js';
import type { CacheKey } from './key.js';
import type { Age, LifeRules } from './life.js';
import type { ValueEntry } from './memory/entry.js';
import { type Flight, SingleFlight } from './single-flight.js';
import type { CacheOptions, ComputeOptions, Found } from './spec.js';

/** Whoever was granted the right to compute may find that a twin has: to look is worth more than a common read. */
const AFTER_WAITING_MS = 1_000;
/** Values that are computed anew behind a hit, at once. */
const MAX_REFRESHES = 64;

export type Compute<Value> = (signal: AbortSignal) => Promise<Value>;

export interface Order<Value> {
  readonly key: CacheKey;
  readonly address: string;
  readonly compute: Compute<Value>;
  readonly options: ComputeOptions<Value>;
  /** What is known already and not good enough: only what was stored later spares computing. */
  readonly known?: ValueEntry;
}

export interface ProducerParts<Value> {
  readonly options: CacheOptions<Value>;
  readonly entries: Entries<Value>;
  readonly life: LifeRules;
  readonly clock: Clock;
  readonly rights: ComputeRights | undefined;
}

/** What a flight came to. `joined`: another node computed it meanwhile. */
type Landed =
  | { readonly kind: 'found' | 'joined' | 'computed'; readonly entry: ValueEntry }
  | {
      readonly kind: 'stale';
      readonly entry: ValueEntry;
      readonly tier: FoundTier;
      /** Nobody has tried to renew it yet. */
      readonly refresh: boolean;
    };

/**
 * Brings values that memory does not hold.
 *
 * ```
 *  flight (one an address; twins join) ─▶ shared tier ─▶ right to compute (lease) ─▶ shared tier again ─▶ compute
 * ```
 */
export class Producer<Value> {
  readonly #parts: ProducerParts<Value>;
  readonly #flights = new SingleFlight<Landed>();
  #refreshes = 0;

  constructor(parts: ProducerParts<Value>) {
    this.#parts = parts;
  }

  async produce(order: Order<Value>): Promise<Found<Value>> {
    const { promise, joined } = this.#board(order, order.options.signal);
    const landed = await promise;
    if (landed.kind === 'stale' && landed.refresh) this.refresh({ ...order, known: landed.entry });
    return this.#deliver(order, landed, joined);
  }

  /** Computes anew behind the answer. Does nothing while it is under way, or with too many others. */
  refresh(order: Order<Value>): void {
    if (this.#flights.has(order.address) || this.#refreshes >= MAX_REFRESHES) return;
    this.#refreshes++;
    const done = (): void => void this.#refreshes--;
    // Whoever asks after the value has died hears of a failure; this one has nobody to tell.
    this.#board(order, undefined).promise.then(done, done);
  }

  /** Computes without looking or joining, and stores what comes. */
  async bypass({ key, address, compute, options }: Order<Value>): Promise<Found<Value>> {
    throwIfAborted(options.signal);
    checkStoreOptions(options);
    const { entries } = this.#parts;
    const { removals } = entries;
    const entry = entries.make(await compute(options.signal ?? new AbortController().signal), options);
    if (removals === entries.removals && isKept(entry, options)) {
      this.#flights.outdate(address);
      void entries.store(key, address, entry);
    }
    return entries.give(entry, 'bypass', 'source');
  }

  /** Flights go on for those who wait, but nobody joins them any more and nothing of them is stored. */
  outdate(address: string): void {
    this.#flights.outdate(address);
  }

  outdateWhere(matches: (flight: Flight) => boolean): void {
    this.#flights.outdateWhere(matches);
  }

  /** Ends flights; their callers get `closing`. */
  close(): void {
    this.#flights.close();
  }

  #board(order: Order<Value>, signal: AbortSignal | undefined) {
    const { key, address, options } = order;
    const run = (flight: Flight): Promise<Landed> => this.#fly(order, flight);
    return this.#flights.board(address, { key, tags: options.tags ?? [], run }, signal);
  }

  async #fly(order: Order<Value>, flight: Flight): Promise<Landed> {
    checkStoreOptions(order.options);
    const shared = await this.#newerInShared(order, flight);
    const age = shared && this.#age(shared);
    if (shared && age === 'fresh') return { kind: 'found', entry: shared };
    if (shared && age === 'revalidate')
      return { kind: 'stale', entry: shared, tier: 'shared', refresh: true };
    try {
      return await this.#computeOnce(order, flight);
    } catch (error) {
      const standIn = shared ? stale(shared, 'shared') : order.known && stale(order.known, 'memory');
      return this.#standIn(order, flight, standIn, error);
    }
  }

  async #computeOnce(order: Order<Value>, flight: Flight): Promise<Landed> {
    const right = await this.#parts.rights?.acquire(order.address, flight.signal);
    let written: Promise<void> | undefined;
    try {
      throwIfAborted(flight.signal);
      const twins = right && (await this.#newerInShared(order, flight, AFTER_WAITING_MS));
      if (twins && this.#age(twins) === 'fresh') return { kind: 'joined', entry: twins };
      const entry = this.#parts.entries.make(await order.compute(flight.signal), order.options);
      if (flight.isCurrent && isKept(entry, order.options))
        written = this.#parts.entries.store(order.key, order.address, entry);
      return { kind: 'computed', entry };
    } finally {
      // Whoever gets the right next must find the value.
      void Promise.resolve(written).then(() => right?.release());
    }
  }

  #newerInShared(
    { key, address, known }: Order<Value>,
    { signal }: Flight,
    deadlineMs?: number,
  ): Promise<ValueEntry | undefined> {
    return this.#parts.entries.inShared({ key, address, signal, deadlineMs }, (entry) => {
      const isNewer = entry && (known === undefined || entry.storedAtMs > known.storedAtMs);
      return isNewer ? entry : undefined;
    });
  }

  /** Gives what is past its life instead, or remembers the failure. Throws it where nothing stands in. */
  #standIn(
    order: Order<Value>,
    flight: Flight,
    standIn: Extract<Landed, { kind: 'stale' }> | undefined,
    error: unknown,
  ): Landed {
    const { options, clock, entries } = this.#parts;
    if (flight.signal.aborted) throw error;
    const restMs = options.negativeTtlMs?.(error);
    if (standIn && this.#age(standIn.entry) !== 'dead') {
      if (restMs !== undefined) standIn.entry.retryAtMs = clock.now() + restMs;
      return standIn;
    }
    if (restMs !== undefined && flight.isCurrent)
      entries.rememberFailure(order.address, error, restMs, order.options.tags ?? []);
    throw error;
  }

  #deliver({ key }: Order<Value>, landed: Landed, isTwin: boolean): Found<Value> {
    const { entries, clock } = this.#parts;
    switch (landed.kind) {
      case 'found':
        return entries.hit(key, landed.entry, clock.now(), 'shared');
      case 'stale':
        return entries.give(landed.entry, 'stale', landed.tier);
      case 'joined':
        return entries.give(landed.entry, 'joined', 'shared');
      case 'computed':
        return entries.give(landed.entry, isTwin ? 'joined' : 'miss', 'source');
    }
  }

  #age(entry: ValueEntry): Age {
    return this.#parts.life.age(entry, this.#parts.clock.now());
  }
}

function isKept<Value>({ value }: ValueEntry, { keepIf }: ComputeOptions<Value>): boolean {
  return keepIf?.(value as Value) ?? true;
}

function stale(entry: ValueEntry, tier: FoundTier) {
  return { kind: 'stale', entry, tier, refresh: false } as const;
}

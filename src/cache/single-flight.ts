import { abortReason, NaraeError, untilAborted } from '../core/index.js';
import type { CacheKey } from './key.js';

/** One computation under way, with everybody who waits for it. */
export interface Flight {
  readonly key: CacheKey;
  readonly tags: readonly string[];
  /** Aborts when the last caller has left. */
  readonly signal: AbortSignal;
  /** False once its entry was set, deleted or invalidated meanwhile: what comes of it must not be stored. */
  readonly isCurrent: boolean;
}

interface OpenFlight<Result> extends Flight {
  isCurrent: boolean;
  readonly controller: AbortController;
  promise: Promise<Result>;
  callers: number;
  isOver: boolean;
}

export interface Boarded<Result> {
  readonly promise: Promise<Result>;
  /** Another caller had begun it. */
  readonly joined: boolean;
}

export interface FlightPlan<Result> {
  readonly key: CacheKey;
  readonly tags: readonly string[];
  readonly run: (flight: Flight) => Promise<Result>;
}

/** At most one computation an address at a time. Every flight has a caller, so callers bound their number. */
export class SingleFlight<Result> {
  readonly #flights = new Map<string, OpenFlight<Result>>();

  has(address: string): boolean {
    return this.#flights.has(address);
  }

  /** Joins the flight or begins one. Without a signal the caller never leaves. */
  board(address: string, plan: FlightPlan<Result>, signal?: AbortSignal): Boarded<Result> {
    if (signal?.aborted) return { promise: Promise.reject(abortReason(signal)), joined: false };
    const known = this.#flights.get(address);
    const flight = known ?? this.#begin(address, plan);
    flight.callers++;
    const promise = signal === undefined ? flight.promise : this.#follow(address, flight, signal);
    return { promise, joined: known !== undefined };
  }

  /** Flights that match go on for those who wait, but nobody joins them any more and nothing of them is stored. */
  outdateWhere(matches: (flight: Flight) => boolean): void {
    for (const [address, flight] of this.#flights) if (matches(flight)) this.outdate(address);
  }

  outdate(address: string): void {
    const flight = this.#flights.get(address);
    if (flight === undefined) return;
    flight.isCurrent = false;
    this.#flights.delete(address);
  }

  /** Ends all, for callers with `closing`. */
  close(): void {
    for (const { controller } of this.#flights.values()) controller.abort(new NaraeError('closing'));
    this.#flights.clear();
  }

  #begin(address: string, { key, tags, run }: FlightPlan<Result>): OpenFlight<Result> {
    const controller = new AbortController();
    const flight: OpenFlight<Result> = {
      key,
      tags,
      controller,
      signal: controller.signal,
      callers: 0,
      isCurrent: true,
      isOver: false,
      promise: undefined as never,
    };
    this.#flights.set(address, flight);
    flight.promise = untilAborted(begun(run, flight), controller.signal).finally(() =>
      this.#land(address, flight),
    );
    // When everybody has left, nobody hears of its failure.
    flight.promise.catch(() => {});
    return flight;
  }

  async #follow(address: string, flight: OpenFlight<Result>, signal: AbortSignal): Promise<Result> {
    try {
      return await untilAborted(flight.promise, signal);
    } finally {
      if (!flight.isOver) this.#leave(address, flight);
    }
  }

  #leave(address: string, flight: OpenFlight<Result>): void {
    if (--flight.callers > 0) return;
    this.#land(address, flight);
    flight.controller.abort(new NaraeError('aborted'));
  }

  #land(address: string, flight: OpenFlight<Result>): void {
    flight.isOver = true;
    if (this.#flights.get(address) === flight) this.#flights.delete(address);
  }
}

/** What throws at once rejects. */
async function begun<Result>(run: (flight: Flight) => Promise<Result>, flight: Flight): Promise<Result> {
  return run(flight);
}

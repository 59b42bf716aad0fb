/** What a pacer may do: start requests of the run. */
export interface Starter {
  /** Starts a request that was meant to start at `intendedMs`, in the wheel's time. */
  start(intendedMs: number): void;
  /** Requests under way. */
  readonly inFlight: number;
  /** Looks whether the run is over; for a pacer that has just come to its end by itself. */
  settle(): void;
}

/** Decides when requests start. Told of every end; asked for nothing once it is over. */
export interface Pacer {
  begin(): void;
  /** A request ended; `isConnected` is false when there was no connection. */
  ended(isConnected: boolean): void;
  /** True when no more requests will start. */
  readonly isOver: boolean;
  /** Arrivals that were meant to start and never did, because the run was over before there was room. */
  readonly dropped: number;
  /** Starts nothing more. */
  stop(): void;
}

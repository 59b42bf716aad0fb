import type { Distribution } from './histogram.js';
import type { PlannedEnd } from './options.js';
import type { ErrorKind } from './outcome.js';
import type { Recorder } from './recorder.js';

/** How a run stands. */
export interface LoadSnapshot {
  readonly elapsedMs: number;
  /** When the last request starts, as far as time decides it. */
  readonly durationMs?: number;
  /** How many requests start in all, as far as their number decides it. */
  readonly requests?: number;
  readonly started: number;
  readonly ok: number;
  readonly failed: number;
  readonly inFlight: number;
  /** Since the snapshot before. */
  readonly requestsPerSecond: number;
  /** Content events, since the snapshot before. */
  readonly tokensPerSecond: number;
  /** Since the start. */
  readonly firstTokenMs: Distribution;
  readonly interTokenMs: Distribution;
  readonly errors: Readonly<Record<ErrorKind, number>>;
}

/** Takes snapshots; rates count from the one before. */
export class SnapshotTaker {
  readonly #recorder: Recorder;
  readonly #end: PlannedEnd;
  readonly #startMs = performance.now();
  #last = { atMs: this.#startMs, ok: 0, contents: 0 };

  constructor(recorder: Recorder, end: PlannedEnd) {
    this.#recorder = recorder;
    this.#end = end;
  }

  take(): LoadSnapshot {
    const { started, ok, failed, inFlight, contents, firstToken, interToken, errors } = this.#recorder;
    const atMs = performance.now();
    const perSecond = (count: number): number => (count * 1000) / Math.max(1, atMs - this.#last.atMs);
    const snapshot = {
      elapsedMs: atMs - this.#startMs,
      ...this.#end,
      started,
      ok,
      failed,
      inFlight,
      requestsPerSecond: perSecond(ok - this.#last.ok),
      tokensPerSecond: perSecond(contents - this.#last.contents),
      firstTokenMs: firstToken.distribution(),
      interTokenMs: interToken.distribution(),
      errors: { ...errors },
    };
    this.#last = { atMs, ok, contents };
    return snapshot;
  }
}

import { Histogram } from './histogram.js';
import { ERROR_KINDS, type ErrorKind, type Outcome } from './outcome.js';

/** Different failures that are shown with their words. */
const SAMPLES_LIMIT = 10;

export interface FailureSample {
  readonly error: ErrorKind;
  readonly status?: number;
  readonly message: string;
  count: number;
}

/** Counts and times of one run. Its size does not depend on the run's length. */
export class Recorder {
  readonly firstToken = new Histogram();
  readonly interToken = new Histogram();
  readonly total = new Histogram();
  /** From the intended to the real start, in open loop. */
  readonly startDelay = new Histogram();
  readonly errors: Record<ErrorKind, number> = Object.fromEntries(
    ERROR_KINDS.map((kind) => [kind, 0]),
  ) as Record<ErrorKind, number>;
  readonly statuses = new Map<number, number>();
  readonly samples: FailureSample[] = [];
  started = 0;
  ok = 0;
  failed = 0;
  unfinished = 0;
  /** Content events of all streams. */
  contents = 0;
  /** Tokens of complete answers: as reported by the server, else their content events. */
  tokens = 0;
  bytes = 0;
  peakInFlight = 0;

  get inFlight(): number {
    return this.started - this.ok - this.failed - this.unfinished;
  }

  start(): void {
    this.started++;
    this.peakInFlight = Math.max(this.peakInFlight, this.inFlight);
  }

  end(outcome: Outcome): void {
    if (outcome.kind === 'unfinished') this.unfinished++;
    else if (outcome.kind === 'failed') this.#fail(outcome);
    else {
      this.ok++;
      this.tokens += outcome.tokens;
      this.total.add(outcome.totalMs);
    }
  }

  #fail({ error, status, message }: Extract<Outcome, { kind: 'failed' }>): void {
    this.failed++;
    this.errors[error]++;
    if (status !== undefined) this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    const known = this.samples.find((sample) => sample.error === error && sample.message === message);
    if (known) known.count++;
    else if (this.samples.length < SAMPLES_LIMIT)
      this.samples.push({ error, message, count: 1, ...(status !== undefined && { status }) });
  }
}

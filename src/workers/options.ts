import { type BackoffOptions, defaultBackoffOptions } from '../resilience/index.js';

export interface SupervisorLimits {
  /** Between the death of a worker and its replacement; grows while replacements die young. */
  readonly restart: BackoffOptions;
  /** A worker that lived this long starts its back-off anew. */
  readonly stableMs: number;
  /** Failures of one worker in a row after which the server gives up, if no other worker serves. */
  readonly maxFailures: number;
  /** From the start of a process to its being ready. */
  readonly readyMs: number;
  /** From the end of the shutdown timeout to a worker's end; then it is killed. */
  readonly exitMarginMs: number;
  /** For clients of a worker that hands over to move their idle connections; the http room's own wait is shorter. */
  readonly handOverMs: number;
  /** For the leading worker to let go of the index, so that the next may take it. */
  readonly resignMs: number;
  /** For another worker's metrics; who does not answer is left out. */
  readonly metricsMs: number;
}

export const defaultSupervisorLimits: SupervisorLimits = Object.freeze({
  restart: { ...defaultBackoffOptions, minMs: 200, maxMs: 30_000 },
  stableMs: 30_000,
  maxFailures: 5,
  readyMs: 60_000,
  exitMarginMs: 5_000,
  handOverMs: 6_000,
  resignMs: 30_000,
  metricsMs: 2_000,
});

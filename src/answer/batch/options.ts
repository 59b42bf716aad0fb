import { NaraeError } from '../../core/index.js';

/** How fast a list of requests is worked off. */
export interface BatchPace {
  /** Requests that form a batch and share a search; 1 to 100. Default 10. */
  readonly size: number;
  /** Requests of a batch under way at once. Default 5. */
  readonly concurrency: number;
  /** Milliseconds from the end of one batch to the start of the next. Default 100. */
  readonly pauseMs: number;
}

export interface BatchOptions extends BatchPace {
  /** Most requests under way at once that a caller may ask for. Default 100. */
  readonly maxConcurrency: number;
}

export const defaultBatchOptions: BatchOptions = Object.freeze({
  size: 10,
  concurrency: 5,
  pauseMs: 100,
  maxConcurrency: 100,
});

/** As many as a search takes. */
const MAX_SIZE = 100;
const MAX_PAUSE_MS = 60_000;

/**
 * The pace that a caller gets. Who asks for more at once than a batch holds gets larger batches.
 * Throws `invalid_request` naming the field that is out of its bounds.
 */
export function resolvePace(options: BatchOptions, asked: Partial<BatchPace> = {}): BatchPace {
  const concurrency = checked('concurrency', asked.concurrency ?? options.concurrency, {
    min: 1,
    max: options.maxConcurrency,
  });
  const roomy = Math.min(MAX_SIZE, Math.max(options.size, concurrency));
  const size = checked('size', asked.size ?? roomy, { min: 1, max: MAX_SIZE });
  const pauseMs = checked('pauseMs', asked.pauseMs ?? options.pauseMs, {
    min: 0,
    max: MAX_PAUSE_MS,
    isFraction: true,
  });
  return { size, concurrency, pauseMs };
}

function checked(
  field: string,
  value: number,
  { min, max, isFraction }: { min: number; max: number; isFraction?: boolean },
): number {
  if (value >= min && value <= max && (isFraction || Number.isInteger(value))) return value;
  const reason = `${field} must be a ${isFraction ? '' : 'whole '}number from ${min} to ${max}.`;
  throw new NaraeError('invalid_request', { values: { reason }, field });
}

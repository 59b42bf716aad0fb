import { toNaraeError } from '../core/index.js';
import type { EventSink } from '../observe/index.js';

/** For failures that no request waits for: the log and the metrics are all that hears of them. */
export function tellFailure(emit: EventSink, thrown: unknown): void {
  const { code, message, cause } = toNaraeError(thrown);
  emit({ type: 'error', code, message, cause });
}

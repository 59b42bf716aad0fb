import type { NaraeError } from '../core/index.js';
import type { EventSink } from '../observe/index.js';

/** For failures that pass no error handler, as those in mid-stream: the log must know of them all the same. */
export function tellError(emit: EventSink, { code, message, cause }: NaraeError, requestId: string): void {
  emit({ type: 'error', code, message, requestId, ...(cause !== undefined && { cause }) });
}

import { NaraeError } from '../core/index.js';

/**
 * The id of the event that a reader has seen last, from the header `Last-Event-ID`. `-1` or nothing: 0, which stands
 * for the beginning. Throws `invalid_request`.
 */
export function readLastEventId(text: string | readonly string[] | undefined): number {
  if (text === undefined || text === '' || text === '-1') return 0;
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  const reason = 'Last-Event-ID must be the id of an event of this stream, or -1 for all of it.';
  throw new NaraeError('invalid_request', { values: { reason }, field: 'last-event-id' });
}

import { NaraeError } from '../core/index.js';

/** Where a page of threads ended: its last thread's time of use, and its id for threads of one millisecond. */
export interface ThreadCursor {
  readonly updatedAtMs: number;
  readonly id: string;
}

export function printCursor({ updatedAtMs, id }: ThreadCursor): string {
  return Buffer.from(`${updatedAtMs} ${id}`).toString('base64url');
}

/** Throws `invalid_cursor`. */
export function parseCursor(text: string): ThreadCursor {
  const [, time, id] = /^(\d{1,15}) ([\w.:-]{1,128})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (time === undefined || id === undefined) throw new NaraeError('invalid_cursor', { field: 'cursor' });
  return { updatedAtMs: Number(time), id };
}

import { NaraeError } from '../../../core/index.js';
import type { Turn } from '../../../threads/spec.js';

/**
 * Checkpoints of the built-in graph are derived from the turns of a thread, two from each:
 *
 *   0 ─▶ 1 asked ─▶ 1 done ─▶ 2 asked ─▶ 2 done        `asked`: the question is there, its answer is not
 *                        └───▶ 3 asked ─▶ 3 done        turn 3 has the same parent as turn 2
 */
export interface Point {
  /** Of the turn; 0: the empty conversation, which is `done`. */
  readonly sequence: number;
  readonly phase: 'asked' | 'done';
}

export const START: Point = { sequence: 0, phase: 'done' };

const PREFIX = '00000000-0000-8000-8000-';

/** A UUID of version 8; ids of later points sort after those of earlier ones. */
export function printPoint({ sequence, phase }: Point): string {
  const place = sequence * 2 - (phase === 'asked' ? 1 : 0);
  return `${PREFIX}${place.toString(16).padStart(12, '0')}`;
}

/** Throws `checkpoint_not_found` for an id that no thread can have. */
export function parsePoint(id: string, thread: string): Point {
  const place = id.startsWith(PREFIX) ? Number.parseInt(id.slice(PREFIX.length), 16) : Number.NaN;
  const point: Point = { sequence: Math.ceil(place / 2), phase: place % 2 === 1 ? 'asked' : 'done' };
  if (Number.isNaN(place) || printPoint(point) !== id) throw noSuchPoint(id, thread);
  return point;
}

export function noSuchPoint(id: string, thread: string): NaraeError {
  return new NaraeError('checkpoint_not_found', {
    values: { thread, checkpoint: id },
    field: 'checkpoint_id',
  });
}

/** The point before one; undefined before the first. */
export function parentOf({ sequence, phase }: Point, turn: Turn | undefined): Point | undefined {
  if (sequence === 0) return undefined;
  if (phase === 'done' && turn !== undefined && isAnswered(turn)) return { sequence, phase: 'asked' };
  return { sequence: turn?.parent ?? 0, phase: 'done' };
}

/** False where its last message still waits for an answer. */
export function isAnswered({ messages }: Turn): boolean {
  return messages.at(-1)?.role !== 'user';
}

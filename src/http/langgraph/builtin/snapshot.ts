import type { ThreadState, Turn } from '../../../threads/spec.js';
import type { GraphSnapshot, GraphTask } from '../graph.js';
import { nameUuid } from '../uuid.js';
import type { Turns } from './branch.js';
import { messageJson } from './message-json.js';
import type { StateMessage } from './messages.js';
import { isAnswered, type Point, parentOf, printPoint } from './points.js';

/** The names of the graph's nodes. */
export const RETRIEVE = 'retrieve';
export const ANSWER = 'answer';

/** Where a thread stands, as a point. */
export function headPoint({ head }: Pick<Turns, 'head'> | ThreadState['info']): Point {
  return { sequence: head, phase: 'done' };
}

export function snapshotAt(turns: Turns, point: Point): GraphSnapshot {
  const turn = turns.at(point);
  const branch = turns.branchTo(point.sequence);
  const parent = parentOf(point, turn);
  const next = turn !== undefined && isWaiting(point, turn) ? [RETRIEVE] : [];
  const id = printPoint(point);
  return {
    values: valuesAt(turns, branch, point),
    next,
    tasks: next.map((name) => taskOf(id, name)),
    checkpoint: { id },
    ...(parent && { parent: { id: printPoint(parent) } }),
    metadata: metadataOf(point, turn, branch.length),
    ...(turn && { createdAt: new Date(turn.createdAtMs).toISOString() }),
  };
}

/** The state as JSON, with what each answer said about itself. */
function valuesAt(turns: Turns, branch: readonly Turn[], point: Point) {
  const messages = branch.flatMap((turn) =>
    shownMessages(turns, turn, point).map((message) => messageJson(message, turn.facts)),
  );
  const answered = point.phase === 'done' ? branch : branch.slice(0, -1);
  return { messages, sources: answered.at(-1)?.facts?.sources ?? [] };
}

function shownMessages(turns: Turns, turn: Turn, point: Point): StateMessage[] {
  const messages = turns.messagesOf(turn);
  const isCut = point.phase === 'asked' && turn.sequence === point.sequence;
  return isCut ? askedOf(messages) : messages;
}

/** Up to the last question. */
export function askedOf(messages: readonly StateMessage[]): StateMessage[] {
  return messages.slice(0, messages.findLastIndex(({ message }) => message.role === 'user') + 1);
}

function isWaiting({ phase }: Point, turn: Turn): boolean {
  return phase === 'asked' || !isAnswered(turn);
}

function taskOf(checkpoint: string, name: string): GraphTask {
  return { id: nameUuid(`task ${checkpoint} ${name}`), name, interrupts: [] };
}

function metadataOf({ phase, sequence }: Point, turn: Turn | undefined, depth: number) {
  if (sequence === 0) return { source: 'input', step: -1 };
  return {
    source: phase === 'asked' ? 'input' : turn?.run === undefined ? 'update' : 'loop',
    step: depth * 2 - (phase === 'asked' ? 1 : 0),
    ...(turn?.run !== undefined && { run_id: turn.run }),
  };
}

import type { Turn } from '../../../threads/spec.js';
import type { CheckpointRef, GraphPlace } from '../graph.js';
import { messageId, type Turns } from './branch.js';
import { type MessageInput, misfit, type StateMessage } from './messages.js';
import { isAnswered, parsePoint } from './points.js';
import { askedOf, headPoint } from './snapshot.js';

/** A state and what is to become of it. */
export interface Change {
  /** The turn that new messages come after. */
  readonly after: number;
  /** What the model is told of before the new messages. */
  readonly earlier: readonly StateMessage[];
  /** What the next turn begins with. */
  readonly fresh: readonly StateMessage[];
}

/**
 * What a checkpoint's state becomes by more messages: those of a known id take that one's place, the others follow.
 * Turns are never changed: from the first one that would be, a new one goes on. Throws `state_invalid` and
 * `checkpoint_not_found`.
 */
export function changeOf(
  turns: Turns,
  { thread }: GraphPlace,
  inputs: readonly MessageInput[],
  options: { readonly checkpoint?: CheckpointRef; readonly name: string; readonly field: string },
): Change {
  const { checkpoint, name, field } = options;
  const point = checkpoint?.id === undefined ? headPoint(turns) : parsePoint(checkpoint.id, thread);
  const last = turns.at(point);
  const branch = turns.branchTo(point.sequence);
  const parts = branch.map((turn) => ({ turn, messages: turns.messagesOf(turn) }));
  const open = parts.at(-1);
  if (open !== undefined && point.phase === 'asked') open.messages = askedOf(open.messages);
  const before = parts.flatMap(({ messages }) => messages);
  const after = applied(before, inputs, { name, field });
  const kept = settledTurns(parts, after, last !== undefined && point.phase === 'done' && isAnswered(last));
  const count = kept.reduce((sum, { messages }) => sum + messages.length, 0);
  return {
    after: kept.at(-1)?.turn.sequence ?? 0,
    earlier: after.slice(0, count),
    fresh: after.slice(count),
  };
}

interface Part {
  readonly turn: Turn;
  messages: readonly StateMessage[];
}

/** Turns at the beginning that stay as they are; the last one only where its answer is there. */
function settledTurns(
  parts: readonly Part[],
  messages: readonly StateMessage[],
  isLastSettled: boolean,
): readonly Part[] {
  let at = 0;
  const limit = isLastSettled ? parts.length : parts.length - 1;
  for (const [index, part] of parts.entries()) {
    const isSame = part.messages.every((message, offset) => messages[at + offset] === message);
    if (index >= limit || !isSame) return parts.slice(0, index);
    at += part.messages.length;
  }
  return parts;
}

function applied(
  before: readonly StateMessage[],
  inputs: readonly MessageInput[],
  { name, field }: { readonly name: string; readonly field: string },
): StateMessage[] {
  const after = [...before];
  for (const [index, input] of inputs.entries()) {
    const at = input.id === undefined ? -1 : after.findIndex(({ id }) => id === input.id);
    if (input.kind === 'remove') {
      if (at === -1) throw misfit(`${field}[${index}].id`, 'names no message of the state');
      after.splice(at, 1);
    } else {
      const message = { id: input.id ?? messageId(name, index), message: input.message };
      if (at === -1) after.push(message);
      else after[at] = message;
    }
  }
  return after;
}

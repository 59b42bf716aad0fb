import { NaraeError } from '../../../core/index.js';
import type { GraphOrder, GraphStreamMode } from '../graph.js';
import { type MessageInput, misfit, readMessages } from './messages.js';

const MODES: readonly GraphStreamMode[] = ['values', 'updates', 'messages-tuple', 'messages', 'custom'];

/** Throws `unsupported_option` for what the built-in graph cannot do. */
export function checkOrder(order: GraphOrder): void {
  const { modes, command, interruptBefore, interruptAfter } = order;
  const mode = modes.find((one) => !MODES.includes(one));
  if (mode !== undefined)
    refuse('stream_mode', `the built-in graph has no "${mode}" events; it has ${MODES.join(', ')}`);
  if (interruptBefore?.length) refuse('interrupt_before', 'the built-in graph does not stop half-way');
  if (interruptAfter?.length) refuse('interrupt_after', 'the built-in graph does not stop half-way');
  if (command?.resume !== undefined) refuse('command.resume', 'the built-in graph never waits for a person');
  if (command?.goto !== undefined) refuse('command.goto', 'the built-in graph always runs from its start');
}

function refuse(field: string, reason: string): never {
  throw new NaraeError('unsupported_option', { field, values: { reason } });
}

/** The messages that a run brings. Throws `state_invalid`. */
export function readInput({ input, command }: GraphOrder): readonly MessageInput[] {
  if (command?.update !== undefined && command.update !== null)
    return readState(command.update, 'command.update');
  return input === null || input === undefined ? [] : readState(input, 'input');
}

/** Messages of an update of the state. Throws `state_invalid` naming a field that the state does not have. */
export function readState(values: unknown, field: string): readonly MessageInput[] {
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw misfit(field, 'must be an object with "messages"');
  for (const name of Object.keys(values))
    if (name !== 'messages')
      throw misfit(
        `${field}.${name}`,
        name === 'sources'
          ? 'is written by the search only'
          : 'is no field of the state, which has "messages"',
      );
  return readMessages((values as { messages?: unknown }).messages, `${field}.messages`);
}

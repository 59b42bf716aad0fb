import { Command, Send } from '@langchain/langgraph';
import { NaraeError } from '../../core/index.js';
import type { GraphCommand, GraphOrder } from '../../http/index.js';

/** What the graph is given: the input, or a command. Throws `state_invalid` for a `goto` that is none. */
export function inputOf({ input, command }: GraphOrder): unknown {
  return command === undefined ? input : commandOf(command);
}

function commandOf({ update, resume, goto }: GraphCommand): Command {
  const places = (Array.isArray(goto) ? goto : goto === undefined ? [] : [goto]).map(readPlace);
  return new Command({
    ...(update !== undefined && { update: update as Record<string, unknown> }),
    ...(resume !== undefined && { resume }),
    ...(places.length > 0 && { goto: places }),
  });
}

function readPlace(place: unknown): string | Send {
  if (typeof place === 'string') return place;
  const { node, input } = (place ?? {}) as { node?: unknown; input?: unknown };
  if (typeof node === 'string') return new Send(node, input);
  throw new NaraeError('state_invalid', {
    field: 'command.goto',
    values: { reason: 'command.goto must name a node, or hold {"node", "input"}' },
  });
}

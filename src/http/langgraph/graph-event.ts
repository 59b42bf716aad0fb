import type { GraphEvent, GraphStreamMode } from './graph.js';

export function graphEvent(event: string, data: unknown): GraphEvent {
  return { type: 'graph-event', event, data: JSON.stringify(data) };
}

/** The mode that an event belongs to; undefined: it is of every stream. */
export function modeOf({ event }: GraphEvent): GraphStreamMode | undefined {
  const [name = ''] = event.split('|', 1);
  if (name === 'metadata') return undefined;
  if (name === 'messages') return 'messages-tuple';
  return name.startsWith('messages/') ? 'messages' : (name as GraphStreamMode);
}

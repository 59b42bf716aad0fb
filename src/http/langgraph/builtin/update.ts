import type { ThreadStore } from '../../../threads/spec.js';
import type { CheckpointRef, GraphPlace, StateUpdate } from '../graph.js';
import { nameUuid } from '../uuid.js';
import { Turns } from './branch.js';
import { changeOf } from './change.js';
import { readState } from './check-order.js';
import { misfit } from './messages.js';
import { printPoint } from './points.js';
import { ANSWER, RETRIEVE } from './snapshot.js';

const NODES = ['__start__', RETRIEVE, ANSWER];

/** Stores a state that no run wrote: as a new turn, or as another head where only turns went. */
export async function updateTurns(
  threads: ThreadStore,
  place: GraphPlace,
  { values, asNode, checkpoint }: StateUpdate,
  { fence }: { readonly fence: number },
): Promise<CheckpointRef> {
  if (asNode !== undefined && !NODES.includes(asNode))
    throw misfit('as_node', `must be a node of the graph: ${NODES.join(', ')}`);
  const inputs = values === null || values === undefined ? [] : readState(values, 'values');
  const turns = await Turns.load(threads, place);
  const name = nameUuid(`update ${place.thread} ${turns.all[0]?.sequence ?? 0}`);
  const { after, fresh } = changeOf(turns, place, inputs, {
    ...(checkpoint && { checkpoint }),
    name,
    field: 'values.messages',
  });
  const { tenant, thread } = place;
  if (fresh.length === 0) {
    await threads.moveHead(tenant, thread, after, { fence });
    return { id: printPoint({ sequence: after, phase: 'done' }) };
  }
  const messages = fresh.map(({ message }) => message);
  const facts = { extra: { message_ids: fresh.map(({ id }) => id) } };
  const { sequence } = await threads.append(tenant, thread, { messages, facts }, { fence, after });
  return { id: printPoint({ sequence, phase: 'done' }) };
}

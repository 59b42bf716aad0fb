import type { QuestionWithin } from '../../../answer/index.js';
import type { GraphOrder, GraphRun } from '../graph.js';
import { messageId, Turns } from './branch.js';
import type { BuiltinGraphParts } from './builtin-graph.js';
import { type Change, changeOf } from './change.js';
import { readInput } from './check-order.js';
import { AnswerEvents } from './events.js';
import { messageJson } from './message-json.js';
import { misfit } from './messages.js';
import { readOptions } from './options.js';

/** Answers the state's last question and stores the turn. Rejects with what the answer flow or the store says. */
export async function answerRun(order: GraphOrder, run: GraphRun, parts: BuiltinGraphParts): Promise<void> {
  const { conversations } = parts;
  const turns = await Turns.load(conversations.threads, run);
  const { checkpoint, command } = order;
  const field = command?.update === undefined ? 'input.messages' : 'command.update.messages';
  const change = changeOf(turns, run, readInput(order), {
    ...{ name: run.run, field },
    ...(checkpoint && { checkpoint }),
  });
  requireQuestion(change, field);
  const answerId = messageId(run.run, -1);
  const events = new AnswerEvents({
    ...{ modes: order.modes, run: run.run, thread: run.thread, answerId },
    messages: stateJson(turns, change),
  });
  run.emit(events.begin());
  const question = questionOf(order, run, change, parts);
  const extra = { message_ids: [...change.fresh.map(({ id }) => id), answerId] };
  const { emit, tenant: _, ...context } = run;
  await conversations.answerWithin(
    { ...question, extra },
    { ...context, write: (batch) => emit(events.encode(batch)) },
  );
}

/** Throws `state_invalid`. */
function requireQuestion({ fresh }: Change, field: string): void {
  if (fresh.at(-1)?.message.role !== 'user')
    throw misfit(field, 'ends with no question: the last message must be of type "human"');
}

function stateJson(turns: Turns, { after, earlier, fresh }: Change): unknown[] {
  const facts = new Map(
    turns
      .branchTo(after)
      .flatMap((turn) => turns.messagesOf(turn).map(({ id }) => [id, turn.facts] as const)),
  );
  return [...earlier, ...fresh].map((message) => messageJson(message, facts.get(message.id)));
}

/** New messages go on with the thread, as every dialect's do; rewritten ones are told with all before them. */
function questionOf(
  order: GraphOrder,
  { run, tenant, thread }: GraphRun,
  { after, earlier, fresh }: Change,
  { defaults }: BuiltinGraphParts,
): QuestionWithin {
  const asked = fresh.map(({ message }) => message);
  const isRewritten = asked.some(({ role }) => role === 'assistant');
  const messages = isRewritten ? [...earlier.map(({ message }) => message), ...asked] : asked;
  return {
    request: { ...readOptions(order, defaults), requestId: run, tenant, messages },
    ...{ thread, after },
    ...(isRewritten && { asked }),
  };
}

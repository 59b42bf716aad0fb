import type { Answer } from '../../../answer/index.js';
import type { AnswerRequest } from '../../../answer/spec.js';
import type { ChatMessage } from '../../../llm/spec.js';
import type { TurnFacts } from '../../../threads/spec.js';
import type { GraphOrder, GraphRun } from '../graph.js';
import { messageId, Turns } from './branch.js';
import type { BuiltinGraphParts } from './builtin-graph.js';
import { type Change, changeOf } from './change.js';
import { readInput } from './check-order.js';
import { AnswerEvents } from './events.js';
import { messageJson } from './message-json.js';
import { misfit, type StateMessage } from './messages.js';
import { readOptions } from './options.js';

/** Answers the state's last question and stores the turn. Rejects with what the answer flow or the store says. */
export async function answerRun(order: GraphOrder, run: GraphRun, parts: BuiltinGraphParts): Promise<void> {
  const turns = await Turns.load(parts.threads, run);
  const { checkpoint } = order;
  const field = order.command?.update === undefined ? 'input.messages' : 'command.update.messages';
  const change = changeOf(turns, run, readInput(order), {
    ...(checkpoint && { checkpoint }),
    name: run.run,
    field,
  });
  requireQuestion(change, field);
  const answerId = messageId(run.run, -1);
  const events = new AnswerEvents({
    modes: order.modes,
    run: run.run,
    thread: run.thread,
    answerId,
    messages: stateJson(turns, change),
  });
  run.emit(events.begin());
  const stream = parts.flow.answer(requestOf(order, run, change, parts), run.signal);
  for await (const batch of stream.parts) run.emit(events.encode(batch));
  const answer = events.collector.answer();
  const message = { id: answerId, message: answerMessage(answer) };
  const facts = factsOf(answer, [...change.fresh, message]);
  await parts.threads.append(
    run.tenant,
    run.thread,
    { messages: [...change.fresh, message].map((one) => one.message), facts, run: run.run },
    { fence: run.fence, after: change.after },
  );
  run.emit(events.end(message, facts));
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

function requestOf(
  order: GraphOrder,
  { run, tenant }: GraphRun,
  { earlier, fresh }: Change,
  { defaults }: BuiltinGraphParts,
): AnswerRequest {
  const messages = [...earlier, ...fresh].map(({ message }) => message);
  return { ...readOptions(order, defaults), requestId: run, tenant, messages };
}

function answerMessage({ text, toolCalls }: Answer): ChatMessage {
  return {
    role: 'assistant',
    content: text,
    ...(toolCalls.length > 0 && {
      toolCalls: toolCalls.map(({ id, name, arguments: text }) => ({
        id,
        type: 'function',
        function: { name, arguments: text },
      })),
    }),
  };
}

function factsOf(answer: Answer, messages: readonly StateMessage[]): TurnFacts {
  const { writer, usage, finishReason, search, sources, citations } = answer;
  return {
    model: writer.model,
    provider: writer.provider,
    ...(usage && { usage }),
    finishReason,
    ...(search && { collection: search.collection }),
    sources: sources.map(({ text: _, ...source }) => source),
    citations,
    extra: { message_ids: messages.map(({ id }) => id) },
  };
}

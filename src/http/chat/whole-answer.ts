import { AnswerCollector, type RunPart, type TurnPart } from '../../answer/index.js';
import { abortReason, type BatchSource } from '../../core/index.js';
import type { RunEvent } from '../../threads/spec.js';
import type { RunPlace } from '../openai/index.js';
import { FINISH_REASONS, recallJson, searchJson, sourceJson, usageJson } from '../openai/index.js';

/** Reads a run to its end and gives its answer as one body. Rejects with its error, or the signal's reason. */
export async function wholeAnswer(
  events: BatchSource<RunEvent<RunPart>>,
  place: RunPlace,
  signal: AbortSignal,
) {
  const collector = new AnswerCollector();
  let turn: TurnPart | undefined;
  for await (const batch of untilAborted(events, signal))
    for (const { part } of batch) {
      if (part.type === 'turn') turn = part;
      else if (part.type !== 'graph-event') collector.add(part);
    }
  return answerJson(collector, turn, place);
}

function answerJson(collector: AnswerCollector, turn: TurnPart | undefined, { thread, run }: RunPlace) {
  const answer = collector.answer();
  const { id, writer, text, reasoning, toolCalls, sources, citations, usage, finishReason, recall } = answer;
  return {
    thread_id: thread,
    run_id: run,
    id,
    model: writer.model,
    provider: writer.provider,
    created_at: new Date(answer.createdAtMs).toISOString(),
    answer: text,
    ...(reasoning !== '' && { reasoning }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    sources: sources.map(sourceJson),
    citations,
    usage: usageJson(usage),
    finish_reason: FINISH_REASONS[finishReason],
    ...(turn && { turn: { sequence: turn.sequence, parent: turn.parent, status: turn.status } }),
    ...(recall && { cache: recallJson(recall) }),
    ...searchJson(answer.search),
  };
}

/** Leaves the events when the signal aborts, though nothing comes. */
async function* untilAborted(
  events: BatchSource<RunEvent<RunPart>>,
  signal: AbortSignal,
): AsyncGenerator<readonly RunEvent<RunPart>[], void, undefined> {
  const iterator = events[Symbol.asyncIterator]();
  const leave = (): void => void iterator.return?.();
  signal.addEventListener('abort', leave, { once: true });
  try {
    while (!signal.aborted) {
      const { done, value } = await iterator.next();
      if (done) break;
      yield value;
    }
    if (signal.aborted) throw abortReason(signal);
  } finally {
    signal.removeEventListener('abort', leave);
    await iterator.return?.();
  }
}

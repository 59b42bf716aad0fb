import { type CancelSignal, systemClock } from '../core/index.js';
import { answerAll } from './batch/answer-all.js';
import { ANSWER_GRAPH } from './graph.js';
import { KeptStream } from './kept-stream.js';
import type { OpenedAnswer } from './opened-answer.js';
import { prepareRequest } from './prepare.js';
import type { KeptAnswer, Look } from './recall/index.js';
import type { AnswerFlowParts, Run } from './run.js';
import type { AnswerFlow, AnswerRequest, AnswerStream } from './spec.js';
import { StartedAnswer } from './started-answer.js';

/** The answer flow: a look into memory, then the graph of `graph.ts`. */
export function createAnswerFlow(parts: AnswerFlowParts): AnswerFlow {
  const { models } = parts.registry;
  return {
    models: models.map(({ name, aliases, provider }) => ({ name, aliases, provider: provider.name })),
    check: (request) => void prepareRequest({ ...parts, request }),
    answer: (request, signal) => startAnswer(parts, request, signal),
    answerAll: (requests, pace) => answerAll(parts, requests, pace, startAnswer),
  };
}

function startAnswer(parts: AnswerFlowParts, request: AnswerRequest, signal: CancelSignal): AnswerStream {
  const { clock = systemClock } = parts;
  const startedAtMs = clock.monotonicMs();
  const look = lookFor(parts, request);
  if (look?.kind !== 'kept') return new StartedAnswer(parts, request, signal, (run) => open(run, look));
  const recall = clock.monotonicMs() - startedAtMs;
  tellRecall(parts, request, recall);
  if (parts.recall?.isPaced)
    return new StartedAnswer(parts, request, signal, async (run) => replay(run, look.kept));
  return new KeptStream(look.kept, { recall });
}

/** What is wrong with the request is told where its stages run. A conversation that is being loaded is looked up later. */
function lookFor(parts: AnswerFlowParts, request: AnswerRequest): Look | undefined {
  if (request.history !== undefined) return undefined;
  try {
    return parts.recall?.look(parts, request);
  } catch {
    return undefined;
  }
}

async function open(run: Run, asking: Exclude<Look, { kind: 'kept' }> | undefined): Promise<OpenedAnswer> {
  const { state } = await ANSWER_GRAPH.invoke({ asking }, { context: run, signal: run.signal });
  return state.opened as OpenedAnswer;
}

function replay(run: Run, kept: KeptAnswer): OpenedAnswer {
  return (run.recall as NonNullable<Run['recall']>).replayed(run, kept);
}

function tellRecall({ emit }: AnswerFlowParts, { requestId }: AnswerRequest, durationMs: number): void {
  emit({ type: 'stage-finished', requestId, stage: 'recall', outcome: 'ok', durationMs });
}

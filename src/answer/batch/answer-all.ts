import { collectBatches } from '../collect.js';
import { prepareRequest } from '../prepare.js';
import { searchRequestOf } from '../retrieve.js';
import type { AnswerFlowParts } from '../run.js';
import type { AnswerOutcome, AnswerRequest, AnswerStream } from '../spec.js';
import { type BatchPace, resolvePace } from './options.js';
import { runInBatches, type ScheduleOptions } from './schedule.js';
import { SharedSearch } from './shared-search.js';

/** Starts one answer of the batch with the parts that the batch shares. */
export type StartAnswer = (
  parts: AnswerFlowParts,
  request: AnswerRequest,
  signal: AbortSignal,
) => AnswerStream;

/** See `AnswerFlow.answerAll`. */
export function answerAll(
  parts: AnswerFlowParts,
  requests: readonly AnswerRequest[],
  asked: Partial<BatchPace> & { readonly signal?: AbortSignal },
  start: StartAnswer,
): AsyncGenerator<AnswerOutcome, void, undefined> {
  const pace = resolvePace(parts.options.batch, asked);
  return outcomesOf(parts, requests, { pace, signal: asked.signal }, start);
}

async function* outcomesOf(
  parts: AnswerFlowParts,
  requests: readonly AnswerRequest[],
  schedule: ScheduleOptions,
  start: StartAnswer,
): AsyncGenerator<AnswerOutcome, void, undefined> {
  const work = (batch: readonly AnswerRequest[], signal: AbortSignal) => {
    const retriever = sharedSearch(parts, batch, signal);
    return (request: AnswerRequest) => collectBatches(start({ ...parts, retriever }, request, signal).parts);
  };
  for await (const outcome of runInBatches(requests, work, schedule)) {
    const { index } = outcome;
    if (outcome.status === 'failed') yield outcome;
    else yield { index, status: 'answered', answer: outcome.result };
  }
}

/** Knows what the batch will search for before its first item does. */
function sharedSearch(
  parts: AnswerFlowParts,
  batch: readonly AnswerRequest[],
  signal: AbortSignal,
): SharedSearch {
  const shared = new SharedSearch(parts.retriever, signal);
  for (const request of batch) announce(shared, parts, request);
  return shared;
}

function announce(shared: SharedSearch, parts: AnswerFlowParts, request: AnswerRequest): void {
  try {
    const { query, plan } = prepareRequest({ ...parts, request });
    if (plan.kind === 'search') shared.expect(query, searchRequestOf(request, plan, parts.options));
  } catch {
    // What is wrong with this request is told when its turn comes.
  }
}

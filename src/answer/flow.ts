import { systemClock } from '../core/index.js';
import { answerHead } from './answer-head.js';
import { answerAll } from './batch/answer-all.js';
import { Generation } from './generate.js';
import { KeptStream } from './kept-stream.js';
import type { OpenedAnswer } from './opened-answer.js';
import { openParts } from './opened-parts.js';
import type { Prepared } from './prepare.js';
import { promptFor } from './prompt-for.js';
import type { KeptAnswer, Look } from './recall/index.js';
import type { AnswerFlowParts, Run } from './run.js';
import type { AnswerFlow, AnswerRequest, AnswerStream } from './spec.js';
import { StartedAnswer } from './started-answer.js';

/** The answer flow: prepare ▸ retrieve ▸ write the prompt ▸ recall ▸ generate. */
export function createAnswerFlow(parts: AnswerFlowParts): AnswerFlow {
  const { models } = parts.registry;
  return {
    models: models.map(({ name, aliases, provider }) => ({ name, aliases, provider: provider.name })),
    answer: (request, signal) => startAnswer(parts, request, signal),
    answerAll: (requests, pace) => answerAll(parts, requests, pace, startAnswer),
  };
}

function startAnswer(parts: AnswerFlowParts, request: AnswerRequest, signal: AbortSignal): AnswerStream {
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

/** What is wrong with the request is told where its stages run. */
function lookFor(parts: AnswerFlowParts, request: AnswerRequest): Look | undefined {
  try {
    return parts.recall?.look(parts, request);
  } catch {
    return undefined;
  }
}

async function open(run: Run, look: Exclude<Look, { kind: 'kept' }> | undefined): Promise<OpenedAnswer> {
  switch (look?.kind) {
    case 'ask':
      return (run.recall as NonNullable<Run['recall']>).open(run, look.asked);
    case 'bypass':
      return written(run, look.reason, look.prepared);
    case undefined:
      return written(run, 'off');
  }
}

/** Straight from the model, for one reader. */
async function written(run: Run, reason: string, prepared?: Prepared): Promise<OpenedAnswer> {
  const prompt = await promptFor(run, prepared);
  const head = answerHead(run, prompt, { outcome: 'bypass', reason });
  const generation = new Generation(run, prompt);
  return { head, body: openParts((sink) => generation.pipe(sink), run.signal) };
}

function replay(run: Run, kept: KeptAnswer): OpenedAnswer {
  return (run.recall as NonNullable<Run['recall']>).replayed(run, kept);
}

function tellRecall({ emit }: AnswerFlowParts, { requestId }: AnswerRequest, durationMs: number): void {
  emit({ type: 'stage-finished', requestId, stage: 'recall', outcome: 'ok', durationMs });
}

import { deriveSignal, systemClock } from '../core/index.js';
import { AnswerParts } from './answer-parts.js';
import { answerAll } from './batch/answer-all.js';
import { openGeneration } from './generate.js';
import { prepare } from './prepare.js';
import { retrieve } from './retrieve.js';
import type { AnswerFlowParts, Run } from './run.js';
import type { AnswerFlow, AnswerRequest, AnswerStream } from './spec.js';
import { type Prompt, writePrompt } from './write-prompt.js';

/** The answer flow: prepare ▸ retrieve ▸ write the prompt ▸ generate. */
export function createAnswerFlow(parts: AnswerFlowParts): AnswerFlow {
  const { models } = parts.registry;
  return {
    models: models.map(({ name, aliases, provider }) => ({ name, aliases, provider: provider.name })),
    answer: (request, signal) => startAnswer(parts, request, signal),
    answerAll: (requests, pace) => answerAll(parts, requests, pace, startAnswer),
  };
}

/** Work begins at once, before anybody iterates. */
function startAnswer(parts: AnswerFlowParts, request: AnswerRequest, signal: AbortSignal): AnswerStream {
  const derived = deriveSignal(signal);
  const run: Run = { clock: systemClock, ...parts, request, signal: derived.signal, timings: {} };
  const prompt = promptFor(run);
  const opening = prompt.then((written) => openGeneration(run, written));
  const ready = opening.then(() => {});
  // The failure comes as the `error` part too; whoever waits for neither must not bring the process down.
  ready.catch(() => derived.dispose());
  return { ready, parts: new AnswerParts(run, prompt, opening, derived), timings: run.timings };
}

async function promptFor(run: Run): Promise<Prompt> {
  const prepared = await prepare(run);
  const evidence = await retrieve(run, prepared);
  return writePrompt(run, prepared, evidence);
}

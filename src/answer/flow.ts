import { type DerivedSignal, deriveSignal, newId, systemClock, toNaraeError } from '../core/index.js';
import type { AnswerPart } from '../llm/spec.js';
import { answerAll } from './batch/answer-all.js';
import { type OpenGeneration, openGeneration } from './generate.js';
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
  return { ready, parts: partsOf(run, prompt, opening, derived), timings: run.timings };
}

async function promptFor(run: Run): Promise<Prompt> {
  const prepared = await prepare(run);
  const evidence = await retrieve(run, prepared);
  return writePrompt(run, prepared, evidence);
}

const NOT_YET = Promise.resolve(undefined);

/** `start` and `sources`, then the model's parts; a failure anywhere becomes the one `error` part. */
async function* partsOf(
  run: Run,
  prompt: Promise<Prompt>,
  opening: Promise<OpenGeneration>,
  derived: DerivedSignal,
): AsyncGenerator<readonly AnswerPart[], void, void> {
  let over = false;
  try {
    const head = headOf(run, await prompt);
    // With the first text already here, both leave in one batch; else the sources need not wait for the model.
    const early = await Promise.race([opening, NOT_YET]);
    if (early === undefined) yield head;
    const { first, rest } = early ?? (await opening);
    yield early === undefined ? first : [...head, ...first];
    for (let batch = await rest.next(); batch !== undefined; batch = await rest.next()) yield batch;
    over = true;
  } catch (error) {
    yield [{ type: 'error', error: toNaraeError(error, run.request.requestId) }];
  } finally {
    // Failed, or left by its reader in the middle: whatever still runs is cancelled.
    if (!over) derived.abort();
    derived.dispose();
  }
}

function headOf({ clock }: Run, { model, evidence, sources }: Prompt): AnswerPart[] {
  const provider = model.provider.name;
  return [
    { type: 'start', id: newId('chatcmpl'), model: model.name, provider, createdAtMs: clock.now() },
    { type: 'sources', sources, ...(evidence.search && { search: evidence.search }) },
  ];
}

import { type Clock, deriveSignal, newId, systemClock, throwIfAborted, toNaraeError } from '../core/index.js';
import {
  countMessages,
  estimateTokens,
  type LlmModel,
  type LlmRegistry,
  recogniseSmallTalk,
} from '../llm/index.js';
import type { AnswerPart, LlmRequest, Source } from '../llm/spec.js';
import type { EventSink } from '../observe/events.js';
import type { Retriever } from '../retrieval/spec.js';
import { CitedParts } from './cited-parts.js';
import { fitHistory, fitPassages, tokenBudget } from './fit.js';
import { Generation } from './generate.js';
import { GenerationReport } from './generation-report.js';
import type { AnswerOptions } from './options.js';
import { isSystem, promptMessages, systemMessage } from './prompt.js';
import { type Question, readQuestion } from './question.js';
import { type Evidence, NO_RETRIEVAL, SKIPPED, searchEvidence } from './retrieve.js';
import { searchQuery } from './search-query.js';
import type { AnswerFlow, AnswerRequest, AnswerStream, StageTimings } from './spec.js';
import { measured } from './stage.js';

export interface AnswerFlowParts {
  readonly registry: LlmRegistry;
  readonly retriever: Retriever;
  readonly options: AnswerOptions;
  readonly emit: EventSink;
  readonly clock?: Clock;
}

/** The answer flow: prepare ▸ retrieve ▸ write the prompt ▸ generate. */
export function createAnswerFlow(parts: AnswerFlowParts): AnswerFlow {
  const { models } = parts.registry;
  return {
    models: models.map(({ name, provider }) => ({ name, provider: provider.name })),
    answer: (request, signal) => startAnswer({ clock: systemClock, ...parts }, request, signal),
  };
}

/** What every stage of one answer works with. */
interface Run extends Required<AnswerFlowParts> {
  readonly request: AnswerRequest;
  readonly signal: AbortSignal;
  readonly timings: StageTimings;
}

interface Prepared {
  readonly model: LlmModel;
  readonly question: Question;
  readonly query: string;
}

interface Prompt {
  readonly llmRequest: LlmRequest;
  readonly model: LlmModel;
  readonly evidence: Evidence;
  readonly sources: readonly Source[];
}

function startAnswer(
  parts: Required<AnswerFlowParts>,
  request: AnswerRequest,
  signal: AbortSignal,
): AnswerStream {
  const derived = deriveSignal(signal);
  const timings: StageTimings = {};
  const run: Run = { ...parts, request, signal: derived.signal, timings };
  const prompt = writePrompt(run);
  const opening = prompt.then((written) => openGeneration(run, written));
  // A failure is told by `ready`, by the `error` part, or by both; whoever does not listen must not crash the process.
  const ready = opening.then(() => {});
  ready.catch(() => derived.dispose());
  return {
    ready,
    parts: batches(run, prompt, opening, () => {
      derived.abort();
      derived.dispose();
    }),
    timings,
  };
}

async function writePrompt(run: Run): Promise<Prompt> {
  const prepared = await measured(run, 'prepare', () => prepare(run));
  const evidence = await retrieve(run, prepared);
  return buildPrompt(run, prepared, evidence);
}

function prepare({ request, registry, options }: Run): Prepared {
  const model = registry.resolve(request.model);
  const question = readQuestion(request.messages, options.maxQuestionCharacters);
  return { model, question, query: searchQuery(request.messages, question) };
}

/** Small talk and pass-through need no passages. */
async function retrieve(run: Run, { question, query }: Prepared): Promise<Evidence> {
  const { retrieval } = run.request;
  throwIfAborted(run.signal);
  if (!retrieval.enabled) return NO_RETRIEVAL;
  if (recogniseSmallTalk(question.text) !== undefined) return SKIPPED;
  const evidence = await measured(
    run,
    'retrieve',
    () => searchEvidence(run.retriever, run.request, retrieval, query, run.options, run.signal),
    ({ embedMs }) => embedMs ?? 0,
  );
  throwIfAborted(run.signal);
  tellEmbedding(run, evidence.embedMs ?? 0);
  return evidence;
}

/** The retriever embeds the question; its time is a stage of its own. */
function tellEmbedding({ timings, emit, request }: Run, durationMs: number): void {
  timings.embed = durationMs;
  emit({ type: 'stage-finished', requestId: request.requestId, stage: 'embed', outcome: 'ok', durationMs });
}

function buildPrompt(run: Run, { model, question, query }: Prepared, evidence: Evidence): Prompt {
  const { messages, parameters } = run.request;
  const grounded = evidence.retrieval === 'done';
  const fixed = countMessages([systemMessage(messages)]) + estimateTokens(question.text);
  const budget = tokenBudget(model, fixed, run.options);
  const sources = fitPassages(evidence.passages, budget.passages);
  const earlier = messages.slice(0, question.index).filter((message) => !isSystem(message));
  const history = grounded ? fitHistory(earlier, budget.history) : [];
  const limit = run.request.maxOutputTokens ?? model.maxOutputTokens;
  const llmRequest: LlmRequest = {
    model: model.upstreamModel,
    messages: grounded ? promptMessages({ messages, question, history, sources }) : messages,
    question: query,
    passages: sources,
    retrieval: evidence.retrieval,
    ...(limit !== undefined && { maxOutputTokens: limit }),
    parameters,
  };
  return { llmRequest, model, evidence, sources };
}

interface Opened {
  readonly generation: Generation;
  readonly first: readonly AnswerPart[];
  readonly report: GenerationReport;
}

/** Starts the model and waits for its first parts. */
async function openGeneration(run: Run, { llmRequest, model, evidence, sources }: Prompt): Promise<Opened> {
  throwIfAborted(run.signal);
  const { emit, clock, request, options, signal } = run;
  const report = new GenerationReport(emit, clock, request.requestId, model);
  const checked = evidence.retrieval === 'done';
  const cited = new CitedParts({ sources, checked, footnotes: request.footnotes ?? options.footnotes });
  const generation = new Generation(model.provider, llmRequest, { cited, report, signal });
  return { generation, first: (await generation.next()) ?? [], report };
}

const NOT_YET = Promise.resolve(undefined);

/** `start` and `sources`, then the model's parts; a failure anywhere becomes the one `error` part. */
async function* batches(
  run: Run,
  prompt: Promise<Prompt>,
  opening: Promise<Opened>,
  leave: () => void,
): AsyncGenerator<readonly AnswerPart[], void, void> {
  try {
    const head = headOf(run, await prompt);
    // With the first text already here, both leave in one batch; else the sources need not wait for the model.
    const early = await Promise.race([opening, NOT_YET]);
    if (early === undefined) yield head;
    const { generation, first, report } = early ?? (await opening);
    yield early === undefined ? first : [...head, ...first];
    for (let batch = await generation.next(); batch !== undefined; batch = await generation.next())
      yield batch;
    run.timings.generate = report.durationMs;
  } catch (error) {
    yield [{ type: 'error', error: toNaraeError(error, run.request.requestId) }];
  } finally {
    leave();
  }
}

function headOf({ clock }: Run, { model, evidence, sources }: Prompt): AnswerPart[] {
  const provider = model.provider.name;
  return [
    { type: 'start', id: newId('chatcmpl'), model: model.name, provider, createdAtMs: clock.now() },
    { type: 'sources', sources, ...(evidence.search && { search: evidence.search }) },
  ];
}

import { countMessages, estimateTokens, type LlmModel } from '../llm/index.js';
import type { ChatMessage, LlmRequest, Source } from '../llm/spec.js';
import { fitHistory, fitPassages, tokenBudget } from './fit.js';
import type { Prepared } from './prepare.js';
import { isSystem, promptMessages, systemMessage } from './prompt.js';
import type { Evidence } from './retrieve.js';
import type { Run } from './run.js';

export interface Prompt {
  readonly llmRequest: LlmRequest;
  readonly model: LlmModel;
  readonly evidence: Evidence;
  /** The passages that fitted, numbered. */
  readonly sources: readonly Source[];
  /** The client's messages that are in the prompt, as they came. */
  readonly conversation: readonly ChatMessage[];
}

/** Puts the passages that fit and the newest messages that fit into one request to the model. */
export function writePrompt(run: Run, { model, question, query }: Prepared, evidence: Evidence): Prompt {
  const { messages, parameters } = run.request;
  const limit = run.request.maxOutputTokens ?? model.maxOutputTokens;
  const { sources, prompt, conversation } =
    evidence.retrieval === 'done'
      ? grounded(run, { model, question, limit }, evidence)
      : { sources: [], prompt: messages, conversation: messages };
  const llmRequest: LlmRequest = {
    model: model.upstreamModel,
    messages: prompt,
    question: query,
    passages: sources,
    retrieval: evidence.retrieval,
    ...(limit !== undefined && { maxOutputTokens: limit }),
    parameters,
  };
  return { llmRequest, model, evidence, sources, conversation };
}

function grounded(
  { request: { messages }, options }: Run,
  { model, question, limit }: Pick<Prepared, 'model' | 'question'> & { limit: number | undefined },
  { passages }: Evidence,
): Pick<Prompt, 'sources' | 'conversation'> & { prompt: readonly ChatMessage[] } {
  const later = messages.slice(question.index + 1);
  const space = {
    contextWindowTokens: model.contextWindowTokens,
    maxOutputTokens: limit,
    fixedTokens: countMessages([systemMessage(messages), ...later]) + estimateTokens(question.text),
  };
  const budget = tokenBudget(space, options);
  const sources = fitPassages(passages, budget.passages);
  const earlier = messages.slice(0, question.index).filter((message) => !isSystem(message));
  const history = fitHistory(earlier, budget.history);
  const conversation = [...messages.filter(isSystem), ...history, ...messages.slice(question.index)];
  return { sources, conversation, prompt: promptMessages({ messages, question, history, sources }) };
}

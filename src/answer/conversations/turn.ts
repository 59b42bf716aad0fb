import type { ErrorCode, NaraeError } from '../../core/index.js';
import type { ChatMessage, FinishReason, Source } from '../../llm/spec.js';
import type { LostTurn, NewTurn, Turn, TurnFacts, TurnSource } from '../../threads/spec.js';
import type { ToolCall } from '../choice.js';
import type { Answer } from '../collect.js';
import { standInFacts } from '../stand-in.js';
import type { TurnStatus } from './spec.js';

/** How an answer ended. */
export type AnswerEnd =
  | { readonly status: 'complete'; readonly reason: FinishReason }
  | { readonly status: 'interrupted' | 'failed'; readonly error: NaraeError };

/** What a turn says about an answer that is not whole; kept under `extra.answer`. */
export interface BrokenAnswer {
  readonly status: Exclude<TurnStatus, 'complete'>;
  readonly error: { readonly code: ErrorCode; readonly message: string };
}

/** Said by whoever finds the question, long after. */
const LOST: BrokenAnswer = {
  status: 'failed',
  error: {
    code: 'run_failed',
    message: 'The server ended while it was answering. Send the question again.',
  },
};

const INTERRUPTIONS: ReadonlySet<ErrorCode> = new Set(['aborted', 'closing']);

export function brokenEnd(error: NaraeError): AnswerEnd {
  return { status: INTERRUPTIONS.has(error.code) ? 'interrupted' : 'failed', error };
}

/** A question with its answer as far as it came; without a message of the assistant where nothing came. */
export function turnOf(
  question: readonly ChatMessage[],
  answer: Omit<Answer, 'finishReason'>,
  end: AnswerEnd,
  run: string,
): NewTurn {
  const said = answer.text !== '' || answer.toolCalls.length > 0;
  const messages = said ? [...question, assistantMessage(answer)] : question;
  return { messages, facts: factsOf(answer, end), run };
}

/** What a thread keeps of a question whose process died: the question, and that its answer failed. */
export function lostTurnOf(question: readonly ChatMessage[], after: number | undefined): LostTurn {
  return {
    messages: question,
    facts: { extra: { answer: LOST } },
    ...(after !== undefined && { after }),
  };
}

/** Undefined: the answer is whole. */
export function brokenAnswerOf({ facts }: Pick<Turn, 'facts'>): BrokenAnswer | undefined {
  return facts?.extra?.answer as BrokenAnswer | undefined;
}

function factsOf(answer: Omit<Answer, 'finishReason'>, end: AnswerEnd): TurnFacts {
  const { writer, usage, search, sources, citations } = answer;
  // What stands in for an answer that could not be had comes after the look-up that missed.
  const recall = standInFacts(writer) ?? answer.recall;
  return {
    ...(writer.model !== '' && { model: writer.model, provider: writer.provider }),
    ...(usage && { usage }),
    ...(search && { collection: search.collection }),
    ...(sources.length > 0 && { sources: sources.map(withoutText) }),
    ...(citations.length > 0 && { citations }),
    ...(recall && { recall }),
    ...(end.status === 'complete' ? { finishReason: end.reason } : { extra: { answer: brokenOf(end) } }),
  };
}

function brokenOf({
  status,
  error: { code, message },
}: Exclude<AnswerEnd, { status: 'complete' }>): BrokenAnswer {
  return { status, error: { code, message } };
}

/** An answer as a message of the conversation. */
export function assistantMessage({ text, toolCalls }: Pick<Answer, 'text' | 'toolCalls'>): ChatMessage {
  const calls = toolCalls.map(toolCallOf);
  return { role: 'assistant', content: text, ...(calls.length > 0 && { toolCalls: calls }) };
}

/** With what else the model said of it, for it wants to see that again. */
function toolCallOf({ id, name, arguments: text, extra }: ToolCall) {
  const { function: ofFunction, ...others } = extra ?? {};
  return { id, type: 'function', function: { name, arguments: text, ...(ofFunction ?? {}) }, ...others };
}

function withoutText({ text: _, ...source }: Source): TurnSource {
  return source;
}

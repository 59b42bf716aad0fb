import type {
  AnswerPart,
  Citation,
  FinishReason,
  LogProbs,
  SearchFacts,
  Source,
  TokenUsage,
  UpstreamFields,
} from '../../llm/spec.js';
import type { ToolCall } from '../choice.js';
import type { Answer } from '../collect.js';
import type { KeptAnswer } from './kept.js';

/** A whole answer as it is kept: one for all dialects, streamed or not. Plain data. */
export interface AnswerEntry {
  readonly model: string;
  readonly provider: string;
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly logprobs?: LogProbs;
  readonly fields?: UpstreamFields;
  readonly answerFields?: UpstreamFields;
  readonly finishReason: FinishReason;
  readonly sources: readonly Source[];
  /** Content hash of each source's passage. */
  readonly hashes: readonly string[];
  readonly search?: SearchFacts;
  readonly citations: readonly Citation[];
  readonly usage?: TokenUsage;
  readonly createdAtMs: number;
}

export function entryOf(answer: Answer, hashes: readonly string[]): AnswerEntry {
  const { model, provider, text, reasoning, toolCalls, logprobs, finishReason } = answer;
  const { sources, search, citations, usage, createdAtMs, fields, answerFields } = answer;
  return {
    ...{ model, provider, text, reasoning, toolCalls, finishReason, sources, hashes, citations, createdAtMs },
    ...(logprobs !== undefined && { logprobs }),
    ...(fields !== undefined && { fields }),
    ...(answerFields !== undefined && { answerFields }),
    ...(search !== undefined && { search }),
    ...(usage !== undefined && { usage }),
  };
}

/** Whether what a shared tier gave is an answer. */
export function isAnswerEntry(candidate: unknown): candidate is AnswerEntry {
  if (typeof candidate !== 'object' || candidate === null) return false;
  const entry = candidate as Partial<Record<keyof AnswerEntry, unknown>>;
  const texts = [entry.model, entry.provider, entry.text, entry.reasoning, entry.finishReason];
  const lists = [entry.toolCalls, entry.sources, entry.hashes, entry.citations];
  return (
    texts.every((text) => typeof text === 'string') &&
    lists.every(Array.isArray) &&
    typeof entry.createdAtMs === 'number'
  );
}

/** Of an entry without its text. */
const ENTRY_BYTES = 1_024;
const SOURCE_BYTES = 512;

/** Text counts twice: it may be Korean, and it may also be kept as it was last sent. */
export function bytesOfEntry({
  text,
  reasoning,
  sources,
  citations,
  toolCalls,
  logprobs,
  fields,
  answerFields,
}: AnswerEntry): number {
  const parts = sources.reduce((sum, source) => sum + SOURCE_BYTES + 2 * source.text.length, 0);
  const others = [logprobs, fields, answerFields].filter((other) => other !== undefined);
  const hasMore = toolCalls.length > 0 || others.length > 0;
  const rest = hasMore ? JSON.stringify([toolCalls, others]).length : 0;
  return ENTRY_BYTES + 4 * (text.length + reasoning.length + rest) + 2 * parts + 64 * citations.length;
}

/** The answer with this id to a request that a kept one serves. */
export function replayedAnswer({ entry, sources, search, recall }: KeptAnswer, id: string): Answer {
  const { model, provider, text, reasoning, toolCalls, logprobs, finishReason, citations, createdAtMs } =
    entry;
  return {
    ...{
      id,
      model,
      provider,
      text,
      reasoning,
      toolCalls,
      finishReason,
      citations,
      createdAtMs,
      sources,
      search,
    },
    writer: { model, provider },
    others: [],
    usage: savedUsage(entry.usage),
    recall,
    ...(logprobs !== undefined && { logprobs }),
    ...(entry.fields !== undefined && { fields: entry.fields }),
    ...(entry.answerFields !== undefined && { answerFields: entry.answerFields }),
  };
}

/** The parts that follow `start` and `sources`. */
export function replayedParts(entry: AnswerEntry): AnswerPart[] {
  const { text, reasoning, toolCalls, logprobs, citations, finishReason, fields, answerFields } = entry;
  const usage = savedUsage(entry.usage);
  return [
    ...(reasoning === '' ? [] : [{ type: 'reasoning-delta' as const, text: reasoning }]),
    ...(text === '' ? [] : [{ type: 'text-delta' as const, text, ...(logprobs && { logprobs }) }]),
    ...toolCalls.map(({ id, name, arguments: argumentsDelta, extra }, index) => ({
      type: 'tool-call-delta' as const,
      ...{ index, id, name, argumentsDelta },
      ...(extra && { extra }),
    })),
    ...(fields === undefined ? [] : [{ type: 'message-fields' as const, fields }]),
    ...(citations.length === 0 ? [] : [{ type: 'citations' as const, citations }]),
    ...(answerFields === undefined ? [] : [{ type: 'answer-fields' as const, fields: answerFields }]),
    ...(usage === undefined ? [] : [{ type: 'usage' as const, usage }]),
    { type: 'finish', reason: finishReason },
  ];
}

/** The original usage, marked as not bought anew; without its price, since nothing was paid. */
export function savedUsage(usage: TokenUsage | undefined): TokenUsage | undefined {
  if (usage === undefined) return undefined;
  const { inputTokens, outputTokens, estimated } = usage;
  return { inputTokens, outputTokens, estimated, cachedInputTokens: inputTokens };
}

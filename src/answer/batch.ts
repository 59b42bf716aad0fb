import { mapBounded, type NaraeError, toNaraeError } from '../core/index.js';
import type { FinishReason, Source, TokenUsage } from '../llm/spec.js';
import type { AnswerFlow, AnswerRequest, AnswerStream } from './spec.js';

/** A whole answer, for callers that do not stream. */
export interface CompleteAnswer {
  readonly text: string;
  readonly sources: readonly Source[];
  readonly model: string;
  readonly provider: string;
  readonly finishReason: FinishReason;
  readonly usage: TokenUsage | undefined;
}

export type BatchResult =
  | { readonly status: 'ok'; readonly answer: CompleteAnswer }
  | { readonly status: 'failed'; readonly error: NaraeError };

export const DEFAULT_CONCURRENCY = 5;

/** Answers many requests, five at once unless said otherwise, in order. A failure is that item's result only. */
export function answerAll(
  flow: AnswerFlow,
  requests: readonly AnswerRequest[],
  options: { readonly concurrency?: number; readonly signal?: AbortSignal } = {},
): Promise<BatchResult[]> {
  const signal = options.signal ?? new AbortController().signal;
  return mapBounded(requests, options.concurrency ?? DEFAULT_CONCURRENCY, async (request) => {
    try {
      return { status: 'ok', answer: await completeAnswer(flow.answer(request, signal)) } as const;
    } catch (error) {
      return { status: 'failed', error: toNaraeError(error, request.requestId) } as const;
    }
  });
}

/** Reads a stream to its end. Rejects with its error. */
export async function completeAnswer(stream: AnswerStream): Promise<CompleteAnswer> {
  let text = '';
  let answer: Omit<CompleteAnswer, 'text'> = NOTHING_YET;
  for await (const batch of stream.parts) {
    for (const part of batch) {
      if (part.type === 'text-delta') text += part.text;
      else if (part.type === 'start') answer = { ...answer, model: part.model, provider: part.provider };
      else if (part.type === 'sources') answer = { ...answer, sources: part.sources };
      else if (part.type === 'usage') answer = { ...answer, usage: part.usage };
      else if (part.type === 'finish') answer = { ...answer, finishReason: part.reason };
      else if (part.type === 'error') throw part.error;
    }
  }
  return { ...answer, text };
}

const NOTHING_YET = {
  sources: [],
  model: '',
  provider: '',
  finishReason: 'stop',
  usage: undefined,
} as const satisfies Omit<CompleteAnswer, 'text'>;

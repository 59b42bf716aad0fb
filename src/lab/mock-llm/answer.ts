import type { ChatCall } from './call.js';
import { answerTokens, countPassages, languageOf } from './words.js';

export type MockFinish = 'stop' | 'length' | 'tool-calls' | 'content-filter';

/** All that a faultless answer depends on. */
export interface AnswerPlan {
  readonly model: string;
  readonly tokens: number;
  readonly language: 'ko' | 'en';
  /** Passages to cite. */
  readonly passages: number;
  readonly finish: 'stop' | 'length';
  readonly promptTokens: number;
  readonly offeredTool: string | undefined;
}

/** What the mock says to one call, before any wire format. */
export interface MockAnswer {
  readonly model: string;
  /** Thinking before the answer; mostly empty. */
  readonly reasoning: readonly string[];
  readonly tokens: readonly string[];
  /** In place of text. */
  readonly toolCall: { readonly name: string; readonly argumentPieces: readonly string[] } | undefined;
  readonly finish: MockFinish;
  readonly promptTokens: number;
  /** The tool that a tool call would be made to. */
  readonly offeredTool: string | undefined;
}

const CHARACTERS_PER_TOKEN = 4;

/** Plans the answer to a call, with at most `tokens` tokens. */
export function planAnswer(call: ChatCall, tokens: number): AnswerPlan {
  const { model, maxTokens = tokens, question, toolName } = call;
  return {
    model,
    tokens: Math.min(tokens, maxTokens),
    language: languageOf(question),
    passages: countPassages(question),
    finish: maxTokens < tokens ? 'length' : 'stop',
    promptTokens: Math.ceil(call.promptCharacters / CHARACTERS_PER_TOKEN),
    offeredTool: toolName,
  };
}

export function answerOf({ tokens, language, passages, ...plan }: AnswerPlan): MockAnswer {
  return { ...plan, reasoning: [], tokens: answerTokens(tokens, language, passages), toolCall: undefined };
}

/** Tokens that the answer is counted as: thinking, text and arguments. */
export function completionTokens({ reasoning, tokens, toolCall }: MockAnswer): number {
  return reasoning.length + (toolCall ? toolCall.argumentPieces.length : tokens.length);
}

import type { ComputeCost } from '../../cache/spec.js';
import type { LlmModel } from '../../llm/index.js';
import { EXTRACTIVE } from '../../llm/options.js';
import type { TokenUsage } from '../../llm/spec.js';

const MILLION = 1_000_000;

/** What an answer has cost, and so what giving it again saves. The built-in provider costs nothing. */
export function costOf({ provider, price }: LlmModel, usage: TokenUsage | undefined): ComputeCost {
  if (provider.name === EXTRACTIVE) return {};
  const { inputTokens = 0, outputTokens = 0 } = usage ?? {};
  const { inputPerMillion = 0, outputPerMillion = 0 } = price ?? {};
  const dollars = (inputTokens * inputPerMillion + outputTokens * outputPerMillion) / MILLION;
  return { llmCalls: 1, tokens: inputTokens + outputTokens, dollars };
}

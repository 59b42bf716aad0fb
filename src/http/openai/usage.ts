import type { TokenUsage } from '../../llm/spec.js';

/** OpenAI's usage object. */
export function usageJson(usage: TokenUsage | undefined) {
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens, details } = usage ?? {};
  return {
    ...details,
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(cachedInputTokens !== undefined && { prompt_tokens_details: { cached_tokens: cachedInputTokens } }),
  };
}

import type { FinishReason } from '../../llm/spec.js';

/** OpenAI's names for why an answer ended. */
export const FINISH_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
};

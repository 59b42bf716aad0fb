import type { UpstreamFields } from '../../spec.js';
import { otherFields, saysNothing } from '../../upstream/decoder.js';

/** What every chunk has, what we say ourselves, and OpenAI's padding against listeners. */
const OF_CHUNK = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'error',
  'narae',
  'obfuscation',
]);

const OF_MESSAGE = new Set(['role', 'content', 'refusal', 'reasoning', 'reasoning_content', 'tool_calls']);

const OF_USAGE = new Set(['prompt_tokens', 'completion_tokens', 'total_tokens']);

/** What a chunk says of the answer beside its choices: `system_fingerprint`, Perplexity's `citations`, timings. */
export function answerFields(chunk: UpstreamFields): UpstreamFields | undefined {
  return otherFields(chunk, OF_CHUNK);
}

/** What a delta says that is neither text nor a tool call. */
export function messageFields(delta: UpstreamFields | undefined): UpstreamFields | undefined {
  return otherFields(delta, OF_MESSAGE, isRemark);
}

/** Numbers and flags are about a piece, such as Together's `token_id`, and no content of the message. */
function isRemark(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || saysNothing(value);
}

/** What is said of usage beside the counts: tokens that were cached or only thought, the price. */
export function usageDetails(usage: UpstreamFields): UpstreamFields | undefined {
  return otherFields(usage, OF_USAGE);
}

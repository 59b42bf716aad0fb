import { requireOneChoice } from '../../several-choices.js';
import type { LlmRequest } from '../../spec.js';
import { asCount, asRecord, asText } from '../../upstream/decoder.js';
import { conversation, systemPrompt } from './messages.js';

/** Anthropic wants a limit with every request; this is used when neither the client nor the options give one. */
const DEFAULT_OUTPUT_TOKENS = 4_096;

/** OpenAI's parameters that Anthropic does not know and would refuse. All others pass untouched. */
const OPENAI_ONLY = new Set([
  'audio',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'modalities',
  'n',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning_effort',
  'response_format',
  'safety_identifier',
  'seed',
  'stop',
  'store',
  'stream_options',
  'tool_choice',
  'tools',
  'top_logprobs',
  'user',
  'verbosity',
  'web_search_options',
]);

const NOT_PARALLEL = { disable_parallel_tool_use: true };

type Fields = Readonly<Record<string, unknown>>;

/** The body of a Messages request. Throws `invalid_request` where several answers are asked for. */
export function anthropicBody(request: LlmRequest): Record<string, unknown> {
  requireOneChoice(request.parameters, 'Anthropic’s API gives one answer');
  const system = systemPrompt(request.messages);
  return {
    ...untouched(request.parameters),
    ...mapped(request.parameters),
    model: request.model,
    ...(system.length > 0 && { system }),
    messages: conversation(request.messages),
    max_tokens: request.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS + thinkingBudget(request.parameters),
    stream: true,
  };
}

/** Thoughts count as output, and the limit must leave room behind them. */
function thinkingBudget({ thinking }: Fields): number {
  return asCount(asRecord(thinking)?.budget_tokens);
}

function untouched(parameters: Fields): Fields {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !OPENAI_ONLY.has(name)));
}

function mapped(parameters: Fields): Fields {
  const { stop, user, tools, tool_choice: choice, parallel_tool_calls: parallel } = parameters;
  const hasTools = Array.isArray(tools) && tools.length > 0;
  return {
    ...(stop != null && { stop_sequences: Array.isArray(stop) ? stop : [stop] }),
    ...(typeof user === 'string' && { metadata: { user_id: user } }),
    ...(hasTools && { tools: tools.map(tool), ...toolChoice(choice, parallel) }),
    ...outputConfig(parameters),
  };
}

/** A schema is kept to by Anthropic as well; `json_object`, without a schema, has no counterpart there. */
function outputConfig({ response_format: wanted, output_config: own }: Fields): Fields {
  const format = asRecord(wanted);
  if (format?.type !== 'json_schema') return {};
  const schema = asRecord(format.json_schema)?.schema;
  return { output_config: { ...asRecord(own), format: { type: 'json_schema', schema } } };
}

function tool(definition: unknown): unknown {
  const outer = asRecord(definition);
  const fields = asRecord(outer?.function);
  if (fields === undefined) return definition;
  const cache = outer?.cache_control ?? fields.cache_control;
  return {
    name: fields.name,
    ...(fields.description !== undefined && { description: fields.description }),
    input_schema: fields.parameters ?? { type: 'object', properties: {} },
    ...(cache != null && { cache_control: cache }),
  };
}

function toolChoice(choice: unknown, parallel: unknown): Fields {
  const kind = choiceKind(choice) ?? (parallel === false ? { type: 'auto' } : undefined);
  if (kind === undefined) return {};
  return { tool_choice: { ...kind, ...(parallel === false && kind.type !== 'none' && NOT_PARALLEL) } };
}

function choiceKind(choice: unknown): { type: string; name?: string } | undefined {
  if (choice === 'none') return { type: 'none' };
  if (choice === 'auto') return { type: 'auto' };
  if (choice === 'required') return { type: 'any' };
  const name = asText(asRecord(asRecord(choice)?.function)?.name);
  return name === '' ? undefined : { type: 'tool', name };
}

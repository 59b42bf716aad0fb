import { choicesAsked, type LlmModel } from '../../llm/index.js';
import type { SearchPlan } from '../prepare.js';
import type { AnswerRequest } from '../spec.js';

/** Whether a request's answer may be looked for, and kept. */
export type RecallPlan =
  | { readonly kind: 'use'; readonly reads: boolean; readonly stores: boolean }
  | { readonly kind: 'bypass'; readonly reason: BypassReason };

export type BypassReason =
  | 'off'
  | 'model'
  | 'tools'
  | 'choices'
  | 'temperature'
  | 'pass-through'
  | 'small-talk';

const TOOL_PARAMETERS = ['tools', 'tool_choice', 'functions', 'function_call'];

/**
 * What is never kept: what acts (tools), what is one of several by wish (`n`, a temperature above 0), small talk,
 * which costs little, and what goes to a model without documents, unless it is configured so.
 */
export function recallPlan(request: AnswerRequest, model: LlmModel, plan: SearchPlan): RecallPlan {
  const reason = bypassReason(request, model, plan);
  if (reason !== undefined) return { kind: 'bypass', reason };
  const { read: reads = true, store: stores = true } = request.cache ?? {};
  return { kind: 'use', reads, stores };
}

function bypassReason(
  { parameters }: AnswerRequest,
  { cache }: LlmModel,
  plan: SearchPlan,
): BypassReason | undefined {
  if (cache === 'never') return 'model';
  if (plan.kind === 'skipped') return 'small-talk';
  if (TOOL_PARAMETERS.some((name) => name in parameters)) return 'tools';
  if (choicesAsked(parameters) > 1) return 'choices';
  if (cache === 'always') return undefined;
  if (plan.kind === 'off') return 'pass-through';
  return isVaried(parameters.temperature) ? 'temperature' : undefined;
}

function isVaried(temperature: unknown): boolean {
  return typeof temperature === 'number' && temperature > 0;
}

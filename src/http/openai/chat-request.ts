import { outputLimitOf } from '../../answer/index.js';
import type { AnswerRequest, RetrievalOptions } from '../../answer/spec.js';
import type { ChatMessage } from '../../llm/spec.js';
import type { Filter } from '../../retrieval/spec.js';
import type { ChatBody } from './schema.js';

export interface RequestDefaults {
  readonly requestId: string;
  readonly tenant: string;
  readonly collection: string;
  readonly k: number;
  /** The request's `Cache-Control`. */
  readonly cacheControl?: string | undefined;
}

/** Fields of the body that are ours to interpret; all others are the upstream's. */
const OURS = new Set(['model', 'messages', 'stream', 'force_new', 'thread_id', 'narae']);

/** The answer flow's request for a body that has passed its schema. */
export function toAnswerRequest(body: ChatBody, defaults: RequestDefaults): AnswerRequest {
  const maxOutputTokens = outputLimitOf(body);
  const footnotes = body.narae?.footnotes;
  const cache = cacheUse(body, defaults.cacheControl);
  return {
    requestId: defaults.requestId,
    tenant: defaults.tenant,
    ...(body.model != null && { model: body.model }),
    messages: body.messages.map(toMessage),
    retrieval: toRetrieval(body.narae ?? {}, defaults, !cache.read),
    cache,
    ...(footnotes !== undefined && { footnotes }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    parameters: parametersOf(body),
  };
}

function toMessage(message: ChatBody['messages'][number]): ChatMessage {
  const { role, content, name, tool_calls: toolCalls, tool_call_id: toolCallId, ...extra } = message;
  return {
    role,
    content: content ?? null,
    ...(name != null && { name }),
    ...(toolCalls != null && { toolCalls: toolCalls as Readonly<Record<string, unknown>>[] }),
    ...(toolCallId != null && { toolCallId }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** What HTTP's own words for it say, beside ours. */
function cacheUse({ narae, force_new }: ChatBody, cacheControl = '') {
  const forced = narae?.force_new === true || force_new === true;
  return { read: !forced && !/\bno-cache\b/i.test(cacheControl), store: !/\bno-store\b/i.test(cacheControl) };
}

function toRetrieval(
  narae: NonNullable<ChatBody['narae']>,
  defaults: RequestDefaults,
  forceNew: boolean,
): RetrievalOptions {
  if (narae.retrieval === false) return { enabled: false };
  return {
    enabled: narae.retrieval ?? 'model-decides',
    collection: narae.collection ?? defaults.collection,
    k: narae.k ?? defaults.k,
    ...(narae.filter !== undefined && { filter: narae.filter as Filter }),
    ...(forceNew && { forceNew }),
  };
}

function parametersOf(body: ChatBody): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body))
    if (value !== null && !OURS.has(name)) parameters[name] = value;
  return parameters;
}

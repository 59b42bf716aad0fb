import { type CacheKey, contentKey, type KeyPart } from '../../cache/index.js';
import { contentHash } from '../../core/index.js';
import type { ChatMessage, Source } from '../../llm/spec.js';
import type { Filter } from '../../retrieval/spec.js';
import type { AnswerOptions } from '../options.js';
import type { Prepared } from '../prepare.js';
import { PROMPT_REVISION } from '../prompt.js';
import type { AnswerRequest } from '../spec.js';
import type { Prompt } from '../write-prompt.js';

/** Fields of OpenAI's requests that change no answer. */
const SILENT_PARAMETERS = new Set([
  'stream_options',
  'metadata',
  'prompt_cache_key',
  'safety_identifier',
  'store',
]);

export interface KeySettings {
  readonly options: AnswerOptions;
  readonly perUser: boolean;
}

/**
 * All that the answer to a question depends on, the documents as `collection` at its version. Equal keys: the very
 * same prompt would be written.
 */
export function questionKey(
  request: AnswerRequest,
  { model, plan }: Prepared,
  collection: { readonly version: number; readonly revision: string },
  { options, perUser }: KeySettings,
): CacheKey {
  const { k, filter } = plan.kind === 'search' ? plan.options : { k: 0 };
  const { passageTokenLimit, historyTokenLimit, searchMode, minScore, followUps } = options;
  return contentKey(request.tenant, [
    'question',
    [collection.revision, collection.version],
    [passageTokenLimit, historyTokenLimit, searchMode, minScore, followUps],
    [k, filterPart(filter)],
    modelPart(request, model, { options, perUser }),
    request.messages.map(messagePart),
  ]);
}

/**
 * What an answer depends on, as one name: model, parameters, conversation, question, and each passage in the prompt
 * with its text. It dies with a passage, and with nothing else in the documents.
 */
export function answerId(
  request: AnswerRequest,
  { plan, query }: Prepared,
  prompt: Prompt,
  settings: KeySettings,
): string {
  const { evidence, sources, model, conversation } = prompt;
  const hashes = hashesOf(prompt);
  const filter = plan.kind === 'search' ? plan.options.filter : undefined;
  const parts: KeyPart = [
    modelPart(request, model, settings),
    [evidence.retrieval, evidence.search?.collection, filterPart(filter)],
    conversation.map(messagePart),
    query,
    sources.map((source, index) => passagePart(source, hashes[index] ?? '')),
  ];
  return contentHash(JSON.stringify(parts));
}

/** Content hashes of the passages in a prompt, in their order. */
export function hashesOf({ evidence, sources }: Prompt): string[] {
  const hashes = new Map(evidence.passages.map(({ id, hash }) => [id, hash]));
  return sources.map(({ id }) => hashes.get(id) ?? '');
}

/** All of a passage that the prompt, or who reads the answer, sees. */
export function passagePart(
  { id, documentId, source, title, headings, position }: Source,
  hash: string,
): KeyPart {
  const { start, end } = position;
  return [...[id, hash, documentId, source, title, start, end], headings];
}

/** Where the answer of that name is kept. */
export function answerKey(tenant: string, id: string): CacheKey {
  return contentKey(tenant, ['answer', id]);
}

export function modelPart(
  { parameters, maxOutputTokens, footnotes }: AnswerRequest,
  { name, revision, maxOutputTokens: ownLimit }: Prepared['model'],
  { options, perUser }: KeySettings,
): KeyPart {
  return [
    ...[PROMPT_REVISION, name, revision, maxOutputTokens ?? ownLimit ?? null],
    footnotes ?? options.footnotes,
    parametersPart(parameters, perUser),
  ];
}

function parametersPart(parameters: AnswerRequest['parameters'], perUser: boolean): KeyPart {
  const names = Object.keys(parameters).filter(
    (name) => !SILENT_PARAMETERS.has(name) && (perUser || name !== 'user'),
  );
  return names.sort().map((name) => [name, canonical(parameters[name])]);
}

export function messagePart({ role, content, name, toolCalls, toolCallId, extra }: ChatMessage): KeyPart {
  if (typeof content === 'string' && name === undefined && toolCalls === undefined && extra === undefined)
    return [role, content, toolCallId];
  return [role, canonical(content), name, canonical(toolCalls), toolCallId, canonical(extra)];
}

export function filterPart(filter: Filter | undefined): KeyPart {
  return filter === undefined ? null : canonical(filter);
}

/** Any JSON value, written the same way whatever the order of its fields. */
function canonical(value: unknown): KeyPart {
  if (Array.isArray(value)) return ['list', ...value.map(canonical)];
  if (typeof value !== 'object' || value === null) return value as KeyPart;
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return ['object', ...fields.map(([name, field]) => [name, canonical(field)])];
}

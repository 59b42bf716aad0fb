import { contentHash } from '../../core/index.js';
import type { QueryVector } from '../../retrieval/spec.js';
import type { Prepared } from '../prepare.js';
import type { AnswerRequest } from '../spec.js';
import type { Asked } from './asked.js';
import { filterPart, messagePart, modelPart } from './key.js';

/**
 * All that an answer depends on besides the question and its passages, as one name: tenant, collection, filter,
 * model with its parameters, the prompt's revision, embedder, and the whole conversation around the question.
 */
export function scopeOf(
  { request, prepared, settings }: Pick<Asked, 'request' | 'prepared' | 'settings'>,
  { embedder, collection }: Pick<QueryVector, 'embedder' | 'collection'>,
): string {
  const { model, plan, question } = prepared;
  const filter = plan.kind === 'search' ? plan.options.filter : undefined;
  const around = request.messages.map((message, index) =>
    messagePart(index === question.index ? { ...message, content: '' } : message),
  );
  const parts = [
    collection,
    embedder,
    filterPart(filter),
    modelPart(request, model, settings),
    question.index,
    around,
  ];
  return `${request.tenant}\0${contentHash(JSON.stringify(parts))}`;
}

/** The question, where text is all that it consists of. */
export function comparableText({ messages }: AnswerRequest, { question }: Prepared): string | undefined {
  const content = messages[question.index]?.content;
  if (question.text === '' || (Array.isArray(content) && content.some(({ type }) => type !== 'text')))
    return undefined;
  return question.text;
}

import type { FastifyRequest } from 'fastify';
import type { ThreadQuestion } from '../../answer/index.js';
import { NaraeError } from '../../core/index.js';
import { type ChatBody, toAnswerRequest } from '../openai/index.js';
import { requireQuestion } from '../schemas.js';
import { threadFields } from '../thread-fields.js';
import type { ChatStreamBody } from './schema.js';

export interface QuestionDefaults {
  readonly defaultCollection: string;
  readonly defaultK: number;
  readonly maxQuestionCharacters: number;
}

/** Throws what is wrong with the question, naming the field that it came in. */
export function toThreadQuestion(
  { body, headers, id: requestId, tenant }: FastifyRequest<{ Body: ChatStreamBody }>,
  { defaultCollection: collection, defaultK: k, maxQuestionCharacters }: QuestionDefaults,
): ThreadQuestion {
  const cacheControl = headers['cache-control'];
  const chat = chatBody(body, maxQuestionCharacters);
  return {
    request: toAnswerRequest(chat, { requestId, tenant, collection, k, cacheControl }),
    ...threadFields(body),
    ...(body.metadata && { metadata: body.metadata }),
  };
}

function chatBody(body: ChatStreamBody, maxCharacters: number): ChatBody {
  const { model, collection, k, filter, retrieval, force_new, footnotes, parameters } = body;
  return {
    ...parameters,
    ...(model !== undefined && { model }),
    messages: messagesOf(body, maxCharacters),
    narae: {
      ...(collection !== undefined && { collection }),
      ...(k !== undefined && { k }),
      ...(filter !== undefined && { filter }),
      ...(retrieval !== undefined && { retrieval }),
      ...(force_new !== undefined && { force_new }),
      ...(footnotes !== undefined && { footnotes }),
    },
  };
}

function messagesOf({ question, messages }: ChatStreamBody, maxCharacters: number): ChatBody['messages'] {
  if (messages !== undefined && question !== undefined) {
    const reason = 'Send either question or messages, not both.';
    throw new NaraeError('invalid_request', { values: { reason }, field: 'messages' });
  }
  if (messages !== undefined) return messages;
  return [{ role: 'user', content: requireQuestion(question, 'question', maxCharacters) }];
}

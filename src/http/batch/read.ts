import type { BatchPace } from '../../answer/index.js';
import type { AnswerRequest } from '../../answer/spec.js';
import { NaraeError } from '../../core/index.js';
import { type ChatBody, type RequestDefaults, toAnswerRequest } from '../openai/index.js';
import type { BatchBody } from './schema.js';

/**
 * One request of the answer flow for each question or chat body; `<request id>.<index>` names each.
 * Throws `invalid_request` for no list, two lists, or one that is too long.
 */
export function readRequests(
  body: BatchBody,
  defaults: RequestDefaults,
  maxQuestions: number,
): AnswerRequest[] {
  const { field, bodies } = readList(body);
  if (bodies.length > maxQuestions) throw tooMany(field, bodies.length, maxQuestions);
  return bodies.map((each, index) => {
    refuseThread(each, `${field}[${index}]`);
    const requestId = `${defaults.requestId}.${index}`;
    return toAnswerRequest(withDefaults(each, body), { ...defaults, requestId });
  });
}

function readList({ questions, requests }: BatchBody): { field: string; bodies: readonly ChatBody[] } {
  if (questions !== undefined && requests === undefined)
    return { field: 'questions', bodies: questions.map(chatBody) };
  if (requests !== undefined && questions === undefined) return { field: 'requests', bodies: requests };
  const reason = 'Give either questions or requests.';
  throw new NaraeError('invalid_request', { values: { reason }, field: 'questions' });
}

function chatBody(question: string): ChatBody {
  return { messages: [{ role: 'user', content: question }] };
}

function withDefaults(each: ChatBody, shared: BatchBody): ChatBody {
  const { collection, k, filter, retrieval, force_new, footnotes, model, parameters } = shared;
  const given = Object.entries({ collection, k, filter, retrieval, force_new, footnotes });
  const narae = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  return {
    ...parameters,
    ...(model !== undefined && { model }),
    ...each,
    narae: { ...narae, ...each.narae },
  };
}

/** Questions of a list are answered side by side: on one conversation they would have an order. */
function refuseThread({ thread_id, narae }: ChatBody, place: string): void {
  if (thread_id == null && narae?.thread_id === undefined) return;
  const reason = 'Questions of a list cannot be asked on a conversation. Send them to /v1/chat/completions.';
  throw new NaraeError('invalid_request', { values: { reason }, field: `${place}.thread_id` });
}

function tooMany(field: string, found: number, limit: number): NaraeError {
  const reason = `${field} has ${found} entries; the limit is ${limit}. Send several requests or raise answer.batchMaxQuestions.`;
  return new NaraeError('invalid_request', { values: { reason }, field });
}

export function readPace({ batch_size: size, concurrency, pause_seconds }: BatchBody): Partial<BatchPace> {
  return {
    ...(size !== undefined && { size }),
    ...(concurrency !== undefined && { concurrency }),
    ...(pause_seconds !== undefined && { pauseMs: pause_seconds * 1000 }),
  };
}

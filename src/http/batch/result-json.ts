import type { AnswerOutcome } from '../../answer/spec.js';
import { NaraeError } from '../../core/index.js';
import { type ErrorBody, errorBody } from '../errors.js';
import { completionJson } from '../openai/index.js';
import type { BatchBody } from './schema.js';

export type ResultJson =
  | {
      readonly index: number;
      readonly status: 'answered';
      readonly question?: string;
      /** OpenAI's chat completion. */
      readonly answer: ReturnType<typeof completionJson>;
    }
  | ({ readonly index: number; readonly status: 'failed'; readonly question?: string } & ErrorBody);

/** One result as clients see it. `address` is this server's, for the links of citations. */
export function resultJson(
  outcome: AnswerOutcome,
  body: Pick<BatchBody, 'questions'>,
  { requestId, address }: { readonly requestId: string; readonly address: string },
): ResultJson {
  const { index } = outcome;
  const question = body.questions?.[index];
  const about = { index, ...(question !== undefined && { question }) };
  if (outcome.status === 'failed') {
    const error = errorBody(inPlace(outcome.error, index, question !== undefined));
    return { ...about, status: 'failed', ...error };
  }
  const answer = completionJson(outcome.answer, `${requestId}.${index}`, address);
  return { ...about, status: 'answered', answer };
}

/** The field that an error names, as it stands in the list: `messages[0].content` becomes `questions[3]`. */
function inPlace(error: NaraeError, index: number, isQuestion: boolean): NaraeError {
  if (error.field === undefined) return error;
  const isText = isQuestion && error.field.startsWith('messages');
  const place = isText ? `questions[${index}]` : `requests[${index}].${error.field}`;
  const field = isQuestion && !isText ? error.field : place;
  const moved = new NaraeError(error.code, { field, status: error.status });
  moved.message = error.message;
  return moved;
}

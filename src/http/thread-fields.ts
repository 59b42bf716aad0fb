import Type from 'typebox';
import type { ThreadQuestion } from '../answer/index.js';
import type { DoubleTexting } from '../threads/spec.js';

export const ThreadId = Type.String({ minLength: 1, maxLength: 128 });

const MultitaskStrategy = Type.Union(
  [Type.Literal('enqueue'), Type.Literal('reject'), Type.Literal('interrupt'), Type.Literal('rollback')],
  { description: 'What happens where the thread is being answered already. Default: `enqueue`.' },
);

/** Fields that a question on a thread has in every dialect. */
export const ThreadFields = {
  thread_id: Type.Optional(ThreadId),
  if_not_exists: Type.Optional(
    Type.Union([Type.Literal('reject'), Type.Literal('create')], {
      description: 'What happens where there is no thread `thread_id`. Default: `reject`, a 404.',
    }),
  ),
  after: Type.Optional(
    Type.Integer({
      minimum: 0,
      description:
        'The turn to go on from: a question that was edited or is answered anew goes on from the turn before it. 0: from the beginning. Default: the last turn of the current branch.',
    }),
  ),
  multitask_strategy: Type.Optional(MultitaskStrategy),
};

/** The fields with which a question names its thread, in any dialect. */
export interface ThreadFieldValues {
  readonly thread_id?: string | undefined;
  readonly if_not_exists?: 'reject' | 'create' | undefined;
  readonly after?: number | undefined;
  readonly multitask_strategy?: DoubleTexting | undefined;
}

export function threadFields({
  thread_id: thread,
  if_not_exists,
  after,
  multitask_strategy: strategy,
}: ThreadFieldValues): Omit<ThreadQuestion, 'request' | 'metadata'> {
  return {
    ...(thread !== undefined && { thread }),
    ...(if_not_exists === 'create' && { create: true }),
    ...(after !== undefined && { after }),
    ...(strategy !== undefined && { strategy }),
  };
}

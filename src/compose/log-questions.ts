import type { AnswerFlow } from '../answer/spec.js';
import { messageText } from '../llm/index.js';
import type { EventSink } from '../observe/index.js';

/** The flow that also tells each question; only for operators who asked for it with `log.questions`. */
export function logQuestions(flow: AnswerFlow, emit: EventSink): AnswerFlow {
  return {
    models: flow.models,
    answer: (request, signal) => {
      const last = request.messages.findLast(({ role }) => role === 'user');
      if (last) emit({ type: 'question-asked', requestId: request.requestId, question: messageText(last) });
      return flow.answer(request, signal);
    },
  };
}

import type { AnswerFlow, AnswerRequest } from '../answer/spec.js';
import { messageText } from '../llm/index.js';
import type { EventSink } from '../observe/index.js';

/** The flow that also tells each question; only for operators who asked for it with `log.questions`. */
export function logQuestions(flow: AnswerFlow, emit: EventSink): AnswerFlow {
  const tell = ({ messages, requestId }: AnswerRequest): void => {
    const last = messages.findLast(({ role }) => role === 'user');
    if (last) emit({ type: 'question-asked', requestId, question: messageText(last) });
  };
  return {
    models: flow.models,
    check: (request) => flow.check(request),
    answer: (request, signal) => {
      tell(request);
      return flow.answer(request, signal);
    },
    answerAll: (requests, pace) => {
      requests.forEach(tell);
      return flow.answerAll(requests, pace);
    },
  };
}

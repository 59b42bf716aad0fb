import type { ChatMessage } from '../../llm/spec.js';
import type { AnswerOptions } from '../options.js';
import type { Question } from '../question.js';
import { completeByRules } from './complete.js';
import { leaningOf } from './leaning.js';

/** Of a very long question, which is mostly pasted text, the beginning and the end are searched for. */
const EDGE_CHARACTERS = 2_000;

/** What to look for: the question, completed by rules unless that is switched off. */
export function searchQuery(
  messages: readonly ChatMessage[],
  question: Question,
  followUps: AnswerOptions['followUps'],
): string {
  const text = withoutMiddle(question.text);
  if (followUps === 'off' || question.index <= 0) return text;
  return withoutMiddle(completeByRules(text, messages.slice(0, question.index)));
}

/** Whether a question will be searched for as it is, whatever was said before it. */
export function standsAlone({ text }: Question, followUps: AnswerOptions['followUps']): boolean {
  switch (followUps) {
    case 'off':
      return true;
    case 'rules':
      return leaningOf(text) === undefined;
    case 'llm':
      return false;
  }
}

function withoutMiddle(text: string): string {
  if (text.length <= 2 * EDGE_CHARACTERS) return text;
  return `${text.slice(0, EDGE_CHARACTERS)}\n${text.slice(-EDGE_CHARACTERS)}`;
}

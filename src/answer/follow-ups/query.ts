import type { ChatMessage } from '../../llm/spec.js';
import type { Question } from '../question.js';
import { completeByRules } from './complete.js';
import { leaningOf } from './leaning.js';

export interface SearchQuery {
  readonly query: string;
  /** Whether the question is understood without the conversation, as far as the rules can tell. */
  readonly standsAlone: boolean;
}

/** Of a very long question, which is mostly pasted text, the beginning and the end are searched for. */
const EDGE_CHARACTERS = 2_000;

/** What to look for: the question, completed by rules unless that is switched off. */
export function searchQuery(
  messages: readonly ChatMessage[],
  question: Question,
  followUps: 'rules' | 'llm' | 'off',
): SearchQuery {
  const text = withoutMiddle(question.text);
  if (followUps === 'off') return { query: text, standsAlone: true };
  const query = completeByRules(text, messages.slice(0, question.index));
  return { query: withoutMiddle(query), standsAlone: followUps === 'rules' && leaningOf(text) === undefined };
}

function withoutMiddle(text: string): string {
  if (text.length <= 2 * EDGE_CHARACTERS) return text;
  return `${text.slice(0, EDGE_CHARACTERS)}\n${text.slice(-EDGE_CHARACTERS)}`;
}

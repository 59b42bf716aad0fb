import { messageText } from '../llm/index.js';
import type { ChatMessage } from '../llm/spec.js';
import type { Question } from './question.js';

/** Of a very long question, which is mostly pasted text, the beginning and the end are searched for. */
const EDGE_CHARACTERS = 2_000;
const SHORT_CHARACTERS = 60;

/** Beginnings and pronouns with which a question leans on the one before. */
const LEANING =
  /^(?:and|or|but|so|then|also|what about|how about|what else)\b|\b(?:it|its|they|them|their|those|these)\b|^(?:why|more|really|왜요?|더(?: 자세히)?)[?.!\s]*$|^(?:그럼|그러면|그건|그게|그거|그것|이건|이거|이것|그리고|그런데|근데|거기|여기)/i;

/** What to look for: the question, with the one before it when it cannot be understood alone. */
export function searchQuery(messages: readonly ChatMessage[], question: Question): string {
  const text = withoutMiddle(question.text);
  if (text.length > SHORT_CHARACTERS || !LEANING.test(text)) return text;
  const before = messages.slice(0, question.index).findLast((message) => message.role === 'user');
  const earlier = before === undefined ? '' : withoutMiddle(messageText(before).trim());
  return earlier === '' ? text : `${earlier}\n${text}`;
}

function withoutMiddle(text: string): string {
  if (text.length <= 2 * EDGE_CHARACTERS) return text;
  return `${text.slice(0, EDGE_CHARACTERS)}\n${text.slice(-EDGE_CHARACTERS)}`;
}

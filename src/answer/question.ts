import { NaraeError } from '../core/index.js';
import { messageText } from '../llm/index.js';
import type { ChatMessage } from '../llm/spec.js';

export interface Question {
  readonly text: string;
  /** Place of the message that asks; -1 where nobody does. */
  readonly index: number;
}

const NO_QUESTION: Question = { text: '', index: -1 };

/**
 * The question of a conversation: the text of its last user message.
 * Throws `question_too_long`, and where one is required `invalid_request` when nobody asks and `empty_question`;
 * else such a conversation is the upstream's to judge.
 */
export function readQuestion(
  messages: readonly ChatMessage[],
  maxCharacters: number,
  { required = true }: { readonly required?: boolean } = {},
): Question {
  const index = messages.findLastIndex((message) => message.role === 'user');
  const message = messages[index];
  if (message === undefined) {
    if (required) throw noUserMessage();
    return NO_QUESTION;
  }
  const field = `messages[${index}].content`;
  const text = messageText(message).trim();
  if (required && text === '' && !hasOtherParts(message)) throw new NaraeError('empty_question', { field });
  if (text.length > maxCharacters)
    throw new NaraeError('question_too_long', {
      values: { characters: text.length, limit: maxCharacters },
      field,
    });
  return { text, index };
}

/** A picture without words is for a model that sees to judge. */
function hasOtherParts({ content }: ChatMessage): boolean {
  return Array.isArray(content) && content.some((part) => part.type !== 'text');
}

function noUserMessage(): NaraeError {
  const reason = 'The conversation has no message with role "user". Add the question as the last message.';
  return new NaraeError('invalid_request', { values: { reason }, field: 'messages' });
}

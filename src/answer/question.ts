import { NaraeError } from '../core/index.js';
import { messageText } from '../llm/index.js';
import type { ChatMessage } from '../llm/spec.js';

export interface Question {
  readonly text: string;
  /** Place of the message that asks. */
  readonly index: number;
}

/**
 * The question of a conversation: the text of its last user message.
 * Throws `invalid_request` when nobody asks, `empty_question` or `question_too_long`.
 */
export function readQuestion(messages: readonly ChatMessage[], maxCharacters: number): Question {
  const index = messages.findLastIndex((message) => message.role === 'user');
  const message = messages[index];
  if (message === undefined) throw noUserMessage();
  const field = `messages[${index}].content`;
  const text = messageText(message).trim();
  if (text === '' && !hasOtherParts(message)) throw new NaraeError('empty_question', { field });
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

import { messageText } from '../../llm/index.js';
import type { ChatMessage } from '../../llm/spec.js';

const LONGEST_CHARACTERS = 80;

/** The first line of a question, cut between words. */
export function titleOf(messages: readonly ChatMessage[]): string {
  const question = messages.findLast(({ role }) => role === 'user');
  const line = (question === undefined ? '' : messageText(question)).replace(/\s+/g, ' ').trim();
  const characters = [...line];
  if (characters.length <= LONGEST_CHARACTERS) return line;
  const cut = characters.slice(0, LONGEST_CHARACTERS).join('');
  const space = cut.lastIndexOf(' ');
  return `${space > cut.length / 2 ? cut.slice(0, space) : cut}…`;
}

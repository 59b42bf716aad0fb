import { messageText } from '../../llm/index.js';
import type { ChatMessage } from '../../llm/spec.js';
import { type Leaning, leaningOf } from './leaning.js';
import { substitute } from './substitute.js';

/** A question that leans on one that leans: so far back it is followed. */
const MAX_EARLIER = 3;
/** Of an answer that a question points at. */
const GIST_CHARACTERS = 160;

/** What was asked and answered before a question, the newest last. */
interface Before {
  readonly questions: readonly string[];
  readonly answer: string;
}

/** A question that leans, with what it leans on; `before` are the messages before it. */
export function completeByRules(question: string, before: readonly ChatMessage[]): string {
  if (!before.some(({ role }) => role === 'user')) return question;
  const leaning = leaningOf(question);
  if (leaning === undefined) return question;
  const { questions, answer } = readBefore(before);
  const earlier = completedEarlier(questions);
  return earlier === '' ? question : joined(leaning, { question, earlier, answer });
}

function joined(
  leaning: Leaning,
  { question, earlier, answer }: { question: string; earlier: string; answer: string },
): string {
  switch (leaning) {
    case 'ellipsis':
      return substitute(earlier, question) ?? `${earlier}\n${question}`;
    case 'reference':
      return [earlier, gistOf(answer), question].filter((text) => text !== '').join('\n');
    case 'continuation':
      return `${earlier}\n${question}`;
  }
}

/** The question before, itself completed by those before it. */
function completedEarlier(questions: readonly string[]): string {
  return questions.reduce((earlier, question) => {
    const leaning = leaningOf(question);
    if (leaning === undefined || earlier === '') return question;
    return joined(leaning, { question, earlier, answer: '' });
  }, '');
}

function readBefore(before: readonly ChatMessage[]): Before {
  const users = before.filter(({ role }) => role === 'user').slice(-MAX_EARLIER);
  const questions = users.map((message) => messageText(message).trim()).filter((text) => text !== '');
  const last = before.findLast(({ role }) => role === 'user' || role === 'assistant');
  return { questions, answer: last?.role === 'assistant' ? messageText(last) : '' };
}

/** The first sentence, without markers: it names what the answer is about. */
function gistOf(answer: string): string {
  // White space first: looked for before each marker, a long run of it would take quadratic time.
  const plain = answer
    .replace(/\s+/g, ' ')
    .replace(/ ?\[\d+\]/g, '')
    .trim();
  const end = plain.search(/[.!?。](?:\s|$)/);
  const sentence = end < 0 ? plain : plain.slice(0, end + 1);
  return sentence.length <= GIST_CHARACTERS ? sentence : '';
}

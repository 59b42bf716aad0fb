import { englishLeaning } from './english.js';
import { koreanLeaning } from './korean.js';

/**
 * How a question leans on what was said before. `reference`: it points there ("how much does it cost?", "그건
 * 얼마예요?"). `ellipsis`: a new thing takes the place of one ("and for Windows?", "환불은요?"). `continuation`: it
 * names no thing at all ("why?", "며칠 걸리나요?").
 */
export type Leaning = 'reference' | 'ellipsis' | 'continuation';

/** Who writes more than this says what it is about. */
const LONGEST_CHARACTERS = 120;

/** Undefined: the question can be understood by itself. */
export function leaningOf(question: string): Leaning | undefined {
  const text = question.trim();
  if (text.length > LONGEST_CHARACTERS) return undefined;
  return /\p{Script=Hangul}/u.test(text) ? koreanLeaning(text) : englishLeaning(text);
}

import { plainText } from '../markdown/plain-text.js';

/** Text shorter than this waits for more before it is read out, unless the answer is over. */
const SPOKEN_AT_ONCE_CHARACTERS = 160;

/**
 * The next piece of a growing answer that a screen reader should say: whole sentences, enough of them at a time,
 * without Markdown and without `[n]`. `length` is how much of `text` is then said.
 */
export function nextSpeech(text: string, said: number, over: boolean): { speech: string; length: number } {
  const length = over ? text.length : endOfSentences(text);
  if (length - said < (over ? 1 : SPOKEN_AT_ONCE_CHARACTERS)) return { speech: '', length: said };
  return { speech: plainText(text.slice(said, length).replace(/\s*\[\d[\d, ]*\]/g, '')), length };
}

function endOfSentences(text: string): number {
  const ends = [...text.matchAll(/[.!?。](?:\s*\[\d[\d, ]*\])*\s|\n\n/g)];
  const last = ends.at(-1);
  return last ? last.index + last[0].length : 0;
}

import { isSpace } from './space.js';

/**
 * Marks that may end a sentence, with closing quotes and brackets; wide marks need no space after them. Only tried where
 * a run of marks begins: a row of dots, tried from each of them, would take quadratic time.
 */
const END_MARK = /(?<![.!?…])[.!?…]+["'”’)\]]*(?=\s)|[。！？]+["'”’」』）]*/g;

/** Words before a full stop that end no sentence. */
const ABBREVIATION = /(?:^|[\s(])(?:[A-Za-z]|e\.g|i\.e|etc|vs|cf|Mr|Mrs|Ms|Dr|Prof|Fig|No|St|\d{1,3})$/;

/**
 * Where sentences begin in one line of English or Korean, the first one excepted. A sentence begins with the white
 * space before it, as tokens do.
 */
export function* sentenceStarts(text: string, start: number, end: number): Generator<number> {
  const line = text.slice(start, end);
  for (const { 0: mark, index } of line.matchAll(END_MARK)) {
    const after = index + mark.length;
    if (continuesSentence(line, after)) continue;
    if (mark === '.' && ABBREVIATION.test(line.slice(Math.max(0, index - 8), index))) continue;
    yield start + after;
  }
}

/** Nothing but space follows, or a small letter does. */
function continuesSentence(line: string, at: number): boolean {
  let next = at;
  while (next < line.length && isSpace(line.charCodeAt(next))) next++;
  if (next >= line.length) return true;
  const code = line.charCodeAt(next);
  return code >= 0x61 && code <= 0x7a;
}

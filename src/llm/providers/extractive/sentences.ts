/** Words before a full stop that do not end a sentence. */
const ABBREVIATION =
  /(?:^|[\s(])(?:[A-Z]|[A-Za-z]\.[A-Za-z]|e\.g|i\.e|etc|vs|cf|approx|no|nos|vol|fig|eq|sec|ch|pp?|ed|eds|al|st|mr|mrs|ms|dr|prof|jr|sr|inc|ltd|co|corp|dept|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$/i;

/** Stops, then closing quotes and brackets. */
const STOP = /[.!?。！？…]+["'”’»)\]】」』]*/g;

const KOREAN_ENDING = /[다요까죠네군음임함됨]$/;

/**
 * Splits a paragraph into sentences. Knows abbreviations, initials, decimals and inline code, and Korean sentences
 * that follow each other without a space ("했다.그리고"). Nothing is lost but the space between sentences.
 */
export function splitSentences(paragraph: string): string[] {
  const code = codeRanges(paragraph);
  const sentences: string[] = [];
  let start = 0;
  for (const match of paragraph.matchAll(STOP)) {
    const end = match.index + match[0].length;
    if (code.some(([from, to]) => match.index >= from && match.index < to)) continue;
    if (!endsSentence(paragraph, start, match.index, end)) continue;
    sentences.push(paragraph.slice(start, end).trim());
    start = end;
  }
  const rest = paragraph.slice(start).trim();
  return rest === '' ? sentences : [...sentences, rest];
}

function codeRanges(text: string): (readonly [number, number])[] {
  return [...text.matchAll(/`[^`]*`/g)].map((match) => [match.index, match.index + match[0].length] as const);
}

/** Whether the stop at `stop`, which with its closing marks reaches to `end`, ends the sentence that began at `start`. */
export function endsSentence(text: string, start: number, stop: number, end: number): boolean {
  const before = text.slice(start, stop);
  const after = text.slice(end);
  if (before.trim() === '') return false;
  if (after.trim() === '') return true;
  if (/^[。！？]/.test(text.slice(stop))) return true;
  if (!/^\s/.test(after)) return end - stop === 1 && runsOn(before, after);
  if (text[stop] !== '.') return true;
  return !ABBREVIATION.test(before) && !/^\s+[a-z]/.test(after);
}

/** A new Korean sentence without a space before it; after a closing quote it would be the same sentence. */
function runsOn(before: string, after: string): boolean {
  return KOREAN_ENDING.test(before) && /^\p{Script=Hangul}/u.test(after);
}

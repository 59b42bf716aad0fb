import { plainText } from '../markdown/plain-text.js';
import { findMatches, type Range } from './matching.js';

export interface Snippet {
  readonly text: string;
  /** Words of the question, as ranges of `text`. */
  readonly marks: readonly Range[];
}

const SNIPPET_CHARACTERS = 260;

/** The part of a passage that speaks most of the question, on one line, cut between words. */
export function makeSnippet(question: string, passage: string): Snippet {
  const text = plainText(passage);
  const marks = findMatches(question, text);
  const window = snapToWords(text, bestWindow(text, marks));
  const before = window.start > 0 ? '… ' : '';
  const after = window.end < text.length ? ' …' : '';
  const shift = before.length - window.start;
  return {
    text: before + text.slice(window.start, window.end) + after,
    marks: marks
      .filter(({ start, end }) => start >= window.start && end <= window.end)
      .map(({ start, end }) => ({ start: start + shift, end: end + shift })),
  };
}

/** The window of SNIPPET_CHARACTERS that begins a little before a mark and holds the most marked characters. */
function bestWindow(text: string, marks: readonly Range[]): Range {
  const lead = 40;
  const starts = [0, ...marks.map(({ start }) => Math.max(0, start - lead))];
  const lastStart = Math.max(0, text.length - SNIPPET_CHARACTERS);
  let best = { start: 0, score: -1 };
  for (const candidate of starts) {
    const start = Math.min(candidate, lastStart);
    const score = markedCharacters(marks, start, start + SNIPPET_CHARACTERS);
    if (score > best.score) best = { start, score };
  }
  return { start: best.start, end: Math.min(text.length, best.start + SNIPPET_CHARACTERS) };
}

function markedCharacters(marks: readonly Range[], from: number, to: number): number {
  const inside = marks.filter(({ start, end }) => start >= from && end <= to);
  return inside.reduce((sum, { start, end }) => sum + end - start, 0);
}

const LONGEST_WORD = 24;

function snapToWords(text: string, { start, end }: Range): Range {
  const nextSpace = text.indexOf(' ', start);
  const lastSpace = text.lastIndexOf(' ', end);
  const from = start > 0 && nextSpace >= 0 && nextSpace - start < LONGEST_WORD ? nextSpace + 1 : start;
  const to = end < text.length && end - lastSpace < LONGEST_WORD ? lastSpace : end;
  return { start: from, end: Math.max(from, to) };
}

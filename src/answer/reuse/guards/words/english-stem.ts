import { ENGLISH_IRREGULAR } from '../lexicon/english-words.js';

const BASE_OF = new Map(
  ENGLISH_IRREGULAR.trim()
    .split('\n')
    .flatMap((line) => {
      const [base, forms = ''] = line.split(':') as [string, string?];
      return forms
        .trim()
        .split(/\s+/)
        .map((form) => [form, base] as const);
    }),
);

/**
 * A light stem: plural, -ing, -ed, -er, -ly and a final e go. It need not be a word, only the same for forms of one
 * word; short words stay.
 */
export function englishStem(word: string): string {
  const base = BASE_OF.get(word);
  if (base !== undefined) return trim(base);
  return trim(unsuffixed(word));
}

function unsuffixed(word: string): string {
  for (const [suffix, rest, keep] of SUFFIXES)
    if (word.endsWith(suffix) && word.length - suffix.length >= keep)
      return undouble(word.slice(0, -suffix.length) + rest, suffix);
  return word;
}

/** Suffix, what takes its place, and how many letters must be left. */
const SUFFIXES: readonly (readonly [string, string, number])[] = [
  ['ations', '', 4],
  ['ation', '', 4],
  ['ness', '', 4],
  ['ments', '', 4],
  ['ment', '', 4],
  ['ingly', '', 3],
  ['ings', '', 3],
  ['ing', '', 3],
  ['edly', '', 3],
  ['ies', 'y', 2],
  ['ied', 'y', 2],
  ['sses', 'ss', 1],
  ['shes', 'sh', 1],
  ['ches', 'ch', 1],
  ['xes', 'x', 1],
  ['ally', 'al', 3],
  ['ily', 'y', 3],
  ['ly', '', 4],
  ['ed', '', 3],
  ['ss', 'ss', 0],
  ['us', 'us', 0],
  ['is', 'is', 0],
  ['s', '', 3],
];

/** `stopp(ed)` → `stop`, `install(ed)` stays as `install` through `trim`. */
function undouble(stem: string, suffix: string): string {
  return /^(?:ing|ed)/.test(suffix) && /([bdgmnprt])\1$/.test(stem) ? stem.slice(0, -1) : stem;
}

function trim(stem: string): string {
  return stem.length > 3 ? stem.replace(/(?:e|y|i)$/, '') : stem;
}

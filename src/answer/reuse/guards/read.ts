import { foldText } from '../../../retrieval/index.js';
import { takeDates } from './facts/dates.js';
import { takeCodes, takeExactNames } from './facts/names.js';
import { takeNumbers } from './facts/numbers.js';
import { FactScanner } from './facts/scanner.js';
import { takeUnits } from './facts/units.js';
import { takeVersions } from './facts/versions.js';
import type { Reading } from './reading.js';
import { isEnglishNegation, isKoreanNegation } from './words/negations.js';
import { readPoles } from './words/poles.js';
import { englishQuestionType, koreanQuestionType } from './words/question-type.js';
import { pointsOutside, readModality, readScopes } from './words/scopes.js';
import { readTerms } from './words/terms.js';

/** Longer texts are read up to here: a bound on the time that a comparison takes. */
const MAX_CHARACTERS = 4_000;

/** Everything that the guards compare. Kinds of facts are taken in the order in which one may look like another. */
export function readText(text: string): Reading {
  const plain = foldText(text.slice(0, MAX_CHARACTERS)).replaceAll(/[‘’]/g, "'").replaceAll(/[“”]/g, '"');
  const scanner = new FactScanner(plain);
  const exact = takeExactNames(scanner);
  const version = takeVersions(scanner);
  const date = takeDates(scanner);
  const units = takeUnits(scanner);
  const codes = takeCodes(scanner);
  const numbers = takeNumbers(scanner);
  const isKorean = /\p{Script=Hangul}/u.test(plain);
  return {
    facts: {
      number: sorted([...numbers, ...units.filter((unit) => !unit.includes(' '))]),
      date: sorted(date),
      unit: sorted(units.filter((unit) => unit.includes(' '))),
      version: sorted(version),
      name: sorted([...exact, ...codes]),
    },
    negations: readNegations(plain),
    poles: readPoles(scanner.rest),
    scopes: readScopes(plain),
    modality: readModality(plain),
    pointsOutside: pointsOutside(plain),
    question: isKorean ? koreanQuestionType(plain) : englishQuestionType(plain),
    isKorean,
    terms: readTerms(scanner.rest),
    ...joined(plain.toLowerCase()),
  };
}

function joined(text: string): Pick<Reading, 'letters' | 'wordStarts'> {
  const wordStarts = new Set<number>();
  let letters = '';
  for (const [word] of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    wordStarts.add(letters.length);
    letters += word;
  }
  return { letters, wordStarts };
}

function readNegations(text: string): string[] {
  const tokens =
    text
      .toLowerCase()
      .replace(/(?<=지\s?)아니\s*\??$/u, ' ')
      .match(/[\p{Script=Hangul}]+|[\p{L}']+/gu) ?? [];
  return tokens.filter((token) =>
    /^\p{Script=Hangul}/u.test(token)
      ? isKoreanNegation(token)
      : isEnglishNegation(token.replaceAll("'", '')),
  );
}

function sorted(facts: readonly string[]): string[] {
  return [...new Set(facts)].sort();
}

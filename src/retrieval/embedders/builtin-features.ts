import { CharClass, charClass, foldText } from '../text/index.js';
import { isStopWord } from './builtin-stop-words.js';

/** Takes one feature of a text: its 32-bit hash and how much it counts. */
export type FeatureSink = (hash: number, weight: number) => void;

const GRAM_LENGTH = 4;
const WORD_WEIGHT = 1;
const PREFIX_WEIGHT = 0.3;
/** Every run of 4 characters inside a word, its ends marked: what joins inflections and misspelt words. */
const GRAM_WEIGHT = 0.3;
const NUMBER_WEIGHT = 1;
/** The first two syllables of a Korean word hold its stem; later ones are mostly particles and endings. */
const STEM_WEIGHT = 1;
const BIGRAM_WEIGHT = 0.5;
const STOP_WORD_SHARE = 0.1;

/** What comes first names the subject (headings, titles, topic sentences): it counts up to this much more. */
const LEAD_BONUS = 2;
/** Words after which the bonus has fallen to 37 %. */
const LEAD_WORDS = 60;

/** A longer run of letters is data: only its beginning counts. */
const MAX_WORD_LENGTH = 64;

const BOUNDARY = 0x5f;

/** Feeds every feature of the text. In a query, where order is style, all places count alike. */
export function feedFeatures(text: string, purpose: 'query' | 'document', sink: FeatureSink): void {
  const folded = foldText(text).toLowerCase();
  const bonus = purpose === 'document' ? LEAD_BONUS : 0;
  let word = 0;
  for (let at = 0; at < folded.length; ) {
    const kind = charClass(folded.charCodeAt(at));
    const end = runEnd(folded, at, kind);
    if (kind !== CharClass.other) {
      const place = 1 + bonus * Math.exp(-word++ / LEAD_WORDS);
      feedRun(folded.slice(at, Math.min(end, at + MAX_WORD_LENGTH)), kind, place, sink);
    }
    at = end;
  }
}

function runEnd(text: string, start: number, kind: CharClass): number {
  let end = start + 1;
  while (end < text.length && charClass(text.charCodeAt(end)) === kind) end++;
  return end;
}

function feedRun(run: string, kind: CharClass, place: number, sink: FeatureSink): void {
  if (kind === CharClass.word) feedWord(run, place * (isStopWord(run) ? STOP_WORD_SHARE : 1), sink);
  else if (kind === CharClass.hangul) feedHangul(run, place, sink);
  else feedBigrams(run, place, sink);
}

function feedWord(word: string, weight: number, sink: FeatureSink): void {
  sink(featureHash(Kind.word, word, 0, word.length), weight * WORD_WEIGHT);
  if (word.length > GRAM_LENGTH) sink(featureHash(Kind.prefix, word, 0, GRAM_LENGTH), weight * PREFIX_WEIGHT);
  for (let at = -1; at + GRAM_LENGTH <= Math.max(word.length + 1, GRAM_LENGTH - 1); at++) {
    sink(featureHash(Kind.gram, word, at, at + GRAM_LENGTH), weight * GRAM_WEIGHT);
  }
  if (HAS_DIGIT.test(word)) sink(featureHash(Kind.number, word, 0, word.length), weight * NUMBER_WEIGHT);
}

const HAS_DIGIT = /\p{N}/u;

function feedHangul(run: string, place: number, sink: FeatureSink): void {
  const stem = run.slice(0, 2);
  const share = isStopWord(stem) ? STOP_WORD_SHARE : 1;
  sink(featureHash(Kind.stem, stem, 0, stem.length), place * share * STEM_WEIGHT);
}

function feedBigrams(run: string, place: number, sink: FeatureSink): void {
  for (let at = 0; at === 0 || at + 2 <= run.length; at++) {
    sink(featureHash(Kind.bigram, run, at, at + 2), place * BIGRAM_WEIGHT);
  }
}

/** Keeps features of different kinds apart though their characters are the same. */
const Kind = { word: 1, prefix: 2, gram: 3, number: 4, stem: 5, bigram: 6 } as const;

/** FNV-1a over the characters from `start` to `end`; places outside the word are its boundary. */
function featureHash(kind: number, word: string, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ kind;
  for (let at = start; at < end; at++) {
    const unit = at >= 0 && at < word.length ? word.charCodeAt(at) : BOUNDARY;
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

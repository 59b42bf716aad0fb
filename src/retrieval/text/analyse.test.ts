import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nastyText } from '../../../test/support/nasty-text.js';
import { ANALYSER_REVISION, analyse, foldText } from './index.js';

/** Any text: ASCII, Hangul, Han, kana, accents, marks, emoji, lone surrogates. */
const anyText = nastyText();
const hangulWord = fc.string({
  unit: fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCharCode(code)),
  minLength: 2,
  maxLength: 6,
});
const latinWord = fc.stringMatching(/^[a-z]{2,12}$/);

describe('analyse', () => {
  test('a Korean noun is found whatever particle follows', () => {
    expect(analyse('서버를')).toEqual(expect.arrayContaining(analyse('서버')));
    expect(analyse('답변서버에서는')).toEqual(expect.arrayContaining(['답변', '서버', '^답변']));
    expect(analyse('물')).toEqual(['물']);
    expect(analyse('API를 2020년에')).toEqual(expect.arrayContaining(['api', '를', '2020', '년에']));
  });

  test('English words count whole, by their beginning and without the plural', () => {
    expect(analyse('Answers')).toEqual(['answers', 'answ', 'answer']);
    expect(analyse('class bus this gas')).toEqual(['class', 'clas', 'bus', 'this', 'gas']);
  });

  test('identifiers count whole and by their parts, in any spelling', () => {
    for (const spelling of ['maxTokens', 'max_tokens', 'max-tokens', 'max.tokens', 'MaxTokens']) {
      expect(analyse(spelling), spelling).toEqual(expect.arrayContaining(['maxtokens', 'max', 'tokens']));
    }
    expect(analyse('HTTPServer')).toEqual(expect.arrayContaining(['httpserver', 'http', 'server']));
    expect(analyse('src/core/errors.ts')).toEqual(
      expect.arrayContaining(['srccoreerrorsts', 'errors', 'ts']),
    );
    expect(analyse('utf8 v3.11 2025-10-01')).toEqual(
      expect.arrayContaining(['utf8', 'utf', '8', 'v3.11', '2025-10-01']),
    );
  });

  test('spelling variants of one character are one term', () => {
    expect(analyse('Ｃａｆé ÉCOLE ß Łódź')).toEqual(analyse('cafe ecole ss lodz'));
    expect(analyse('나래'.normalize('NFD'))).toEqual(analyse('나래'));
    expect(foldText('Ελλάδα')).toBe('Ελλαδα');
  });

  test('scripts without word spaces become bigrams', () => {
    expect(analyse('東京都')).toEqual(['^東京', '東京', '京都']);
    expect(analyse('サーバー')).toEqual(expect.arrayContaining(['サー', 'ーバ', 'バー']));
  });

  test('takes any text, and gives terms of 1 to 64 characters', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const term of analyse(text)) {
          expect(term.length).toBeGreaterThan(0);
          expect(term.length).toBeLessThanOrEqual(64);
        }
      }),
    );
    expect(analyse('a'.repeat(1_000_000)).map((term) => term.length)).toEqual([64, 4]);
  });

  test('what a term is never changes without a new revision', () => {
    const terms = analyse('Narae(나래)는 `max_tokens` 512개를 streams; HTTPServer v3.11, 東京 données.');
    expect(ANALYSER_REVISION).toBe(1);
    expect(terms.join(' ')).toBe(EXPECTED);
  });

  test('case does not matter to plain words, and text around a word does not change its terms', () => {
    fc.assert(
      fc.property(fc.oneof(latinWord, hangulWord), anyText, anyText, (word, before, after) => {
        expect(analyse(word.toUpperCase())).toEqual(
          expect.arrayContaining([word.slice(0, 64)].filter(isLatin)),
        );
        const inside = new Set(analyse(`${before} ${word}, ${after}`));
        expect(analyse(word).filter((term) => !inside.has(term))).toEqual([]);
      }),
    );
  });
});

function isLatin(word: string): boolean {
  return /^[a-z]/.test(word);
}

const EXPECTED =
  'narae nara ^나래 나래 는 max tokens toke token maxtokens 512 ^개를 개를 streams stre stream httpserver http http server ' +
  'serv v3 v 3 11 v3.11 ^東京 東京 donnees donn donnee';

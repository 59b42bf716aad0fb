/** What people ask on the day: things to know, each in one or more wordings. */

import { shuffle } from './random.js';
import { type Article, readLines, readTable } from './read-data.js';

/** Wordings that mean the same. */
export type Intent = readonly [string, ...string[]];

/**
 * Intents of five sets in turn, English and Korean: questions to the very documents, paraphrases, and look-alikes
 * that mean something else, which must never share an answer.
 */
export function readIntents(
  folder: string,
  articles: readonly Article[],
  count: number,
  random: () => number,
): Intent[] {
  const sets = [
    ...articlesByLanguage(articles).map(ownQuestions),
    qqp(folder),
    parakqc(folder),
    questionPairs(folder),
  ];
  const shuffled = sets.map((intents) => shuffle(intents, random));
  const taken = Array.from(
    { length: count },
    (_, n) => shuffled[n % sets.length]?.[Math.floor(n / sets.length)],
  );
  return taken.filter((intent) => intent !== undefined);
}

function articlesByLanguage(articles: readonly Article[]): Article[][] {
  const isKorean = ({ paragraphs }: Article): boolean => /[가-힣]/.test(paragraphs[0]?.text ?? '');
  return [articles.filter(isKorean), articles.filter((article) => !isKorean(article))];
}

function ownQuestions(articles: readonly Article[]): Intent[] {
  return articles.flatMap(({ paragraphs }) =>
    paragraphs.flatMap(({ questions }) => questions.map((question): Intent => [question])),
  );
}

/** Groups that pairs of duplicates connect; the other sides of look-alikes are intents of their own. */
function qqp(folder: string): Intent[] {
  const groups = new Groups();
  for (const line of readLines(folder, 'qqp-gptcache/qqp_pairs_dev.jsonl.gz')) {
    const { q1, q2, dup } = JSON.parse(line) as { q1: string; q2: string; dup: number | string };
    if (Number(dup) === 1) groups.join(q1, q2);
    else groups.keepApart(q1, q2);
  }
  return groups.all();
}

function parakqc(folder: string): Intent[] {
  const sets = new Map<string, string[]>();
  for (const [set = '', , , text = ''] of readTable(folder, 'parakqc/parakqc_dev.tsv.gz'))
    sets.set(set, [...(sets.get(set) ?? []), text]);
  return [...sets.values()].map((texts) => texts as [string, ...string[]]);
}

/** The label is 0 for the same question. */
function questionPairs(folder: string): Intent[] {
  const groups = new Groups();
  for (const [a = '', b = '', label] of readTable(folder, 'question-pair-ko/train.txt'))
    if (label === '0') groups.join(a, b);
    else groups.keepApart(a, b);
  return groups.all();
}

/** Texts that are connected belong together. */
class Groups {
  readonly #of = new Map<string, Set<string>>();

  join(a: string, b: string): void {
    const [one, other] = [this.#group(a), this.#group(b)];
    if (one === other) return;
    for (const text of other) {
      one.add(text);
      this.#of.set(text, one);
    }
  }

  keepApart(a: string, b: string): void {
    this.#group(a);
    this.#group(b);
  }

  all(): Intent[] {
    return [...new Set(this.#of.values())].map((texts) => [...texts] as [string, ...string[]]);
  }

  #group(text: string): Set<string> {
    const known = this.#of.get(text);
    if (known) return known;
    const group = new Set([text]);
    this.#of.set(text, group);
    return group;
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { contentHash } from '../../dist/core/index.js';
import { hardNegatives } from './hard-negatives.js';

/** Two texts and whether one answer serves both. */
export interface LabelledPair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

export type Half = 'tuning' | 'held-out';

/** A set of pairs, of one half. */
export interface PairSet {
  readonly name: string;
  readonly language: 'ko' | 'en';
  readonly pairs: readonly LabelledPair[];
}

type Reader = (folder: string, half: Half) => PairSet;

export const PAIR_SETS: Readonly<Record<string, Reader>> = {
  'qqp-gptcache': qqp,
  parakqc,
  'question-pair-ko': questionPairs,
  'pawsx-ko': paws,
  'kor-nlu sts': korSts,
  'kor-nlu xnli': xnli,
  'klue nli': klueNli,
};

/** Which half a text belongs to: by its hash, so that it never moves. */
export function halfOf(text: string): Half {
  return Number.parseInt(contentHash(text).slice(0, 2), 16) % 2 === 0 ? 'tuning' : 'held-out';
}

function qqp(folder: string, half: Half): PairSet {
  const rows = read(folder, 'qqp-gptcache/qqp_pairs_dev.jsonl.gz')
    .map((line) => JSON.parse(line) as { q1: string; q2: string; dup: number | string })
    .map(({ q1, q2, dup }) => ({ a: q1, b: q2, same: Number(dup) === 1 }));
  return { name: 'qqp-gptcache', language: 'en', pairs: inHalf(rows, half) };
}

/** Positive pairs are those within a set of paraphrases; negatives are the look-alikes from other sets of its topic. */
function parakqc(folder: string, half: Half): PairSet {
  const rows = table(folder, 'parakqc/parakqc_dev.tsv.gz')
    .map(([set, topic, , text]) => ({ set: set!, topic: topic!, text: text! }))
    .filter(({ set }) => halfOf(`parakqc ${set}`) === half);
  const pairs: LabelledPair[] = [];
  rows.forEach((row, at) => {
    for (let to = at + 1; rows[to]?.set === row.set; to++)
      if (row.text !== rows[to]!.text) pairs.push({ a: row.text, b: rows[to]!.text, same: true });
  });
  for (const [a, b] of hardNegatives(rows, 5)) if (a !== b) pairs.push({ a, b, same: false });
  return { name: 'parakqc', language: 'ko', pairs };
}

/** The label is 0 for the same question. */
function questionPairs(folder: string, half: Half): PairSet {
  const rows = ['train', 'validation'].flatMap((part) => table(folder, `question-pair-ko/${part}.txt`));
  const pairs = rows.map(([a, b, label]) => ({ a: a!, b: b!, same: label === '0' }));
  return { name: 'question-pair-ko', language: 'ko', pairs: inHalf(pairs, half) };
}

/** Rows that the translators gave up on have a sentence of a few characters. */
function paws(folder: string, half: Half): PairSet {
  const pairs = table(folder, 'pawsx-ko/dev_2k.tsv')
    .map(([, a, b, label]) => ({ a: a!, b: b!, same: label === '1' }))
    .filter(({ a, b }) => a.length >= 5 && b.length >= 5);
  return { name: 'pawsx-ko', language: 'ko', pairs: inHalf(pairs, half) };
}

/** Scores of 4.5 and more mean the same, up to 3 differ in something that matters; those between are left out. */
function korSts(folder: string, half: Half): PairSet {
  const pairs = table(folder, 'kor-nlu/sts-dev.tsv.gz')
    .map((row) => ({ a: row[5]!, b: row[6]!, score: Number(row[4]) }))
    .filter(({ score }) => score >= 4.5 || score <= 3)
    .map(({ a, b, score }) => ({ a, b, same: score >= 4.5 }));
  return { name: 'kor-nlu sts', language: 'ko', pairs: inHalf(pairs, half) };
}

/** What entails is not yet the same: only neutral and contradicting pairs are taken, which must never be reused. */
function xnli(folder: string, half: Half): PairSet {
  const pairs = table(folder, 'kor-nlu/xnli.dev.ko.tsv.gz')
    .filter(([, , label]) => label !== 'entailment')
    .map(([a, b]) => ({ a: a!, b: b!, same: false }));
  return { name: 'kor-nlu xnli', language: 'ko', pairs: inHalf(pairs, half) };
}

function klueNli(folder: string, half: Half): PairSet {
  type Row = { premise: string; hypothesis: string; gold_label: string };
  const rows = JSON.parse(read(folder, 'klue-sts-nli-dev/klue-nli-v1.1_dev.json.gz').join('\n')) as Row[];
  const pairs = rows
    .filter(({ gold_label }) => gold_label !== 'entailment')
    .map(({ premise, hypothesis }) => ({ a: premise, b: hypothesis, same: false }));
  return { name: 'klue nli', language: 'ko', pairs: inHalf(pairs, half) };
}

/** Identical texts prove nothing and are dropped. A pair goes where its first text goes. */
function inHalf(pairs: readonly LabelledPair[], half: Half): LabelledPair[] {
  return pairs.filter(({ a, b }) => a.trim() !== b.trim() && halfOf(a) === half);
}

function table(folder: string, path: string): string[][] {
  const [, ...rows] = read(folder, path);
  return rows.map((row) => row.split('\t'));
}

function read(folder: string, path: string): string[] {
  const bytes = readFileSync(join(folder, path));
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split(/\r?\n/).filter((line) => line !== '');
}

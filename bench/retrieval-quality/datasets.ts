import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface EvalPassage {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface EvalQuestion {
  readonly text: string;
  /** Ids of the passages that answer it. */
  readonly relevant: ReadonlySet<string>;
}

/** One corpus and the sets of questions that are asked of it. */
export interface Dataset {
  readonly name: string;
  readonly language: 'ko' | 'en';
  readonly passages: readonly EvalPassage[];
  readonly questions: readonly { readonly name: string; readonly questions: readonly EvalQuestion[] }[];
}

export const DATASETS: Readonly<Record<string, (folder: string) => Dataset>> = {
  scifact,
  'xquad-en': xquad,
  pooled,
  'korquad1-dev': korquad,
};

/** 5,183 abstracts; `dev` is what is reported, `train` is what parameters were chosen on. */
function scifact(folder: string): Dataset {
  const rows = jsonLines<{ _id: string; title: string; text: string }>(
    readMaybeZipped(join(folder, 'scifact/corpus.jsonl.gz')),
  );
  return {
    name: 'scifact',
    language: 'en',
    passages: rows.map((row) => ({ id: `scifact-${row._id}`, title: row.title, text: row.text })),
    questions: ['dev', 'train'].map((split) => ({
      name: `scifact ${split}`,
      questions: scifactQuestions(folder, split),
    })),
  };
}

function scifactQuestions(folder: string, split: string): EvalQuestion[] {
  const texts = new Map(
    jsonLines<{ _id: string; text: string }>(
      readMaybeZipped(join(folder, `scifact/queries_${split}.jsonl`)),
    ).map((row) => [row._id, row.text]),
  );
  const relevant = new Map<string, Set<string>>();
  const [, ...judgements] = lines(readMaybeZipped(join(folder, `scifact/qrels_${split}.tsv`)));
  for (const judgement of judgements) {
    const [query, passage, score] = judgement.split('\t') as [string, string, string];
    if (Number(score) > 0) relevant.set(query, (relevant.get(query) ?? new Set()).add(`scifact-${passage}`));
  }
  return Array.from(relevant, ([query, ids]) => ({ text: texts.get(query) ?? '', relevant: ids }));
}

function xquad(folder: string): Dataset {
  const { passages, questions } = squad(join(folder, 'xquad-en/xquad.en.json'), 'xquad');
  return { name: 'xquad-en', language: 'en', passages, questions: [{ name: 'xquad-en', questions }] };
}

/** Both English corpora in one: each set's questions have the other's passages as distractors. */
function pooled(folder: string): Dataset {
  const [first, second] = [xquad(folder), scifact(folder)];
  return {
    name: 'pooled',
    language: 'en',
    passages: [...first.passages, ...second.passages],
    questions: [
      { name: 'xquad-en, pooled with scifact', questions: first.questions[0]!.questions },
      { name: 'scifact dev, pooled with xquad-en', questions: second.questions[0]!.questions },
    ],
  };
}

/** All 140 articles are searched; questions of the 70 in `dev_titles.txt` are reported, the others are for tuning. */
function korquad(folder: string): Dataset {
  const titles = new Set(lines(readMaybeZipped(join(folder, 'korquad1-dev/dev_titles.txt'))));
  const path = join(folder, 'korquad1-dev/KorQuAD_v1.0_dev.json.gz');
  return {
    name: 'korquad1-dev',
    language: 'ko',
    passages: squad(path, 'korquad').passages,
    questions: [
      { name: 'korquad1-dev', questions: squad(path, 'korquad', (title) => titles.has(title)).questions },
      {
        name: 'korquad1-dev, other titles',
        questions: squad(path, 'korquad', (title) => !titles.has(title)).questions,
      },
    ],
  };
}

interface SquadFile {
  readonly data: readonly {
    readonly title: string;
    readonly paragraphs: readonly {
      readonly context: string;
      readonly qas: readonly { readonly question: string }[];
    }[];
  }[];
}

/** Equal passages are one. Article titles are left out of the text, as is usual for these sets. */
function squad(path: string, prefix: string, scored: (title: string) => boolean = () => true) {
  const file = JSON.parse(readMaybeZipped(path)) as SquadFile;
  const ids = new Map<string, string>();
  const questions: EvalQuestion[] = [];
  for (const article of file.data) {
    for (const { context, qas } of article.paragraphs) {
      const id = ids.get(context) ?? `${prefix}-${ids.size}`;
      ids.set(context, id);
      if (!scored(article.title)) continue;
      for (const { question } of qas) questions.push({ text: question, relevant: new Set([id]) });
    }
  }
  return { passages: Array.from(ids, ([text, id]) => ({ id, title: '', text })), questions };
}

function readMaybeZipped(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function jsonLines<Row>(text: string): Row[] {
  return lines(text).map((line) => JSON.parse(line) as Row);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export function readText(folder: string, path: string): string {
  const bytes = readFileSync(join(folder, path));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

export function readLines(folder: string, path: string): string[] {
  return readText(folder, path)
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

/** Rows below a header. */
export function readTable(folder: string, path: string): string[][] {
  const [, ...rows] = readLines(folder, path);
  return rows.map((row) => row.split('\t'));
}

export interface Article {
  readonly title: string;
  readonly paragraphs: readonly { readonly text: string; readonly questions: readonly string[] }[];
}

/** A set in SQuAD's format. */
export function readArticles(folder: string, path: string): Article[] {
  const { data } = JSON.parse(readText(folder, path)) as {
    data: { title?: string; paragraphs: { context: string; qas: { question: string }[] }[] }[];
  };
  return data.map(({ title, paragraphs }, at) => ({
    title: title ?? `Article ${at + 1}`,
    paragraphs: paragraphs.map(({ context, qas }) => ({
      text: context,
      questions: qas.map(({ question }) => question),
    })),
  }));
}

import type { IngestReport } from '../ingest/spec.js';
import type { Collection } from '../retrieval/spec.js';
import type { Overview } from './app.js';
import { count, duration, plural } from './numbers.js';

const SHOWN_FAILURES = 10;

/** What a run of indexing did, as aligned lines. */
export function reportLines(report: IngestReport, collection: Collection): string[] {
  const { documents, chunks } = report;
  return [
    row('documents', `${count(collection.documents)} (${changes(documents)})`),
    row('chunks', `${count(collection.chunks)} (${chunkChanges(chunks)})`),
    row('languages', languages(collection.languages)),
    ...skippedLines(report),
    ...failedLines(report),
    row('took', `${duration(report.durationMs)}, collection "${collection.name}" version ${report.version}`),
  ];
}

/** What is stored, where nothing was indexed. */
export function collectionLines(collection: Collection): string[] {
  return [
    row('documents', count(collection.documents)),
    row('chunks', count(collection.chunks)),
    row('languages', languages(collection.languages)),
  ];
}

/** Which embedder and which model are at work. */
export function engineLines(embedder: Overview['embedder'], llm: Overview['llm']): string[] {
  return [
    row('embedder', `${embedder.id}, ${count(embedder.dimensions)} dimensions`),
    row('answers by', modelText(llm)),
  ];
}

export function row(name: string, value: string): string {
  return `  ${name.padEnd(11)}${value}`;
}

function modelText({ provider, model, takesFirst, baseUrl }: Overview['llm']): string {
  if (provider === 'extractive') {
    return 'extractive: quotes the documents (for a model: set OPENAI_API_KEY, OPENAI_BASE_URL or ANTHROPIC_API_KEY)';
  }
  if (takesFirst && baseUrl !== undefined)
    return `${model}: the first model that ${hostOf(baseUrl)} lists (to choose: --llm-model)`;
  return `${model} (${provider}${baseUrl === undefined ? '' : ` at ${hostOf(baseUrl)}`})`;
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}

function changes(documents: IngestReport['documents']): string {
  const { added, changed, removed, unchanged } = documents;
  const parts = [
    [added, 'new'],
    [changed, 'changed'],
    [removed, 'removed'],
    [unchanged, 'unchanged'],
  ] as const;
  return listCounts(parts) || 'none found';
}

function chunkChanges({ embedded, reused, removed }: IngestReport['chunks']): string {
  const parts = [
    [embedded, 'embedded'],
    [reused, 'reused'],
    [removed, 'removed'],
  ] as const;
  return listCounts(parts) || 'nothing to do';
}

function listCounts(parts: readonly (readonly [number, string])[]): string {
  return parts
    .filter(([value]) => value > 0)
    .map(([value, name]) => `${count(value)} ${name}`)
    .join(', ');
}

function languages(byLanguage: Collection['languages']): string {
  const parts = Object.entries(byLanguage)
    .sort(([, left], [, right]) => right - left)
    .map(([name, chunks]) => [chunks, name] as const);
  return listCounts(parts) || '–';
}

function skippedLines({ skippedByReason }: IngestReport): string[] {
  const parts = Object.entries(skippedByReason).map(([reason, files]) => [files, reason] as const);
  const total = parts.reduce((sum, [files]) => sum + files, 0);
  return total === 0 ? [] : [row('skipped', `${plural(total, 'file')}: ${listCounts(parts)}`)];
}

function failedLines({ failed, failedCount }: IngestReport): string[] {
  if (failedCount === 0) return [];
  const shown = failed.slice(0, SHOWN_FAILURES).map(({ message, code }) => `    ${message} [${code}]`);
  const rest = failedCount - shown.length;
  return [
    row('failed', plural(failedCount, 'file')),
    ...shown,
    ...(rest > 0 ? [`    and ${count(rest)} more`] : []),
  ];
}

import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { decodeText } from './decode.js';
import { type LoadedText, malformed, type SourceFile } from './loader.js';
import { oneLine } from './tidy.js';

const SLICE_CHARS = 256 * 1024;
const MAX_RECORD_CHARS = 1024 * 1024;
const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Tables. Every row becomes a paragraph of `column: value` lines, so that a chunk says by itself what its values
 * mean. The first row names the columns unless it holds numbers or repeats itself.
 */
export async function loadCsv({ source, bytes }: SourceFile, delimiter?: string): Promise<LoadedText> {
  const { text } = decodeText(bytes);
  const rows = parseRows(source, text, delimiter ?? likelyDelimiter(text));
  const paragraphs: string[] = [];
  let columns: readonly string[] | undefined;
  let count = 0;
  for await (const row of rows) {
    if (columns === undefined) {
      columns = columnNames(row);
      if (isHeader(row)) continue;
    }
    count++;
    const paragraph = rowText(row, columns);
    if (paragraph !== '') paragraphs.push(paragraph);
  }
  return {
    text: paragraphs.join('\n\n'),
    structure: 'plain',
    mediaType: delimiter === '\t' ? 'text/tab-separated-values' : 'text/csv',
    metadata: { rows: count },
  };
}

async function* parseRows(source: string, text: string, delimiter: string): AsyncGenerator<string[]> {
  const parser = Readable.from(slices(text)).pipe(
    parse({
      delimiter,
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: MAX_RECORD_CHARS,
    }),
  );
  try {
    for await (const row of parser) yield row as string[];
  } catch (cause) {
    throw malformed(
      source,
      `it cannot be read as a table (${(cause as { code?: string }).code ?? 'unknown'})`,
      cause,
    );
  }
}

function* slices(text: string): Generator<string> {
  for (let from = 0; from < text.length; from += SLICE_CHARS) yield text.slice(from, from + SLICE_CHARS);
}

/** The mark that the first line holds most often outside quotes; a comma when there is none. */
function likelyDelimiter(text: string): string {
  const newline = text.indexOf('\n');
  const line = text.slice(0, Math.min(newline < 0 ? text.length : newline, 10_000)).replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((mark) => line.split(mark).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function isHeader(row: readonly string[]): boolean {
  const names = row.map((cell) => cell.trim()).filter((cell) => cell !== '');
  return (
    names.length > 0 &&
    new Set(names).size === names.length &&
    names.every((name) => name.length <= 200 && Number.isNaN(Number(name)))
  );
}

function columnNames(row: readonly string[]): string[] {
  const named = isHeader(row);
  return row.map((cell, index) => (named ? oneLine(cell) : '') || `column ${index + 1}`);
}

function rowText(row: readonly string[], columns: readonly string[]): string {
  const single = columns.length === 1;
  const lines = row.flatMap((cell, index) => {
    const value = oneLine(cell);
    if (value === '') return [];
    return [single ? value : `${columns[index] ?? `column ${index + 1}`}: ${value}`];
  });
  return lines.join('\n');
}

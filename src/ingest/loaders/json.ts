import { decodeText } from './decode.js';
import { objectLines, recordTexts } from './flatten.js';
import { type LoadedText, malformed, type SourceFile } from './loader.js';
import { oneLine } from './tidy.js';

/** JSON as `path: value` lines, one paragraph a record. A file of JSON lines is read as such. */
export function loadJson(file: SourceFile): LoadedText {
  const text = decodeText(file.bytes).text.replace(/^\ufeff/, '');
  const parsed = tryParse(text);
  if (!parsed) return loadLines(file.source, text);
  return {
    text: [...recordTexts(parsed.value)].join('\n\n'),
    structure: 'plain',
    title: titleOf(parsed.value),
    mediaType: 'application/json',
    metadata: {},
  };
}

/** One JSON value a line. Lines that are broken are left out and counted in the metadata key `skipped_lines`. */
export function loadNdjson(file: SourceFile): LoadedText {
  return loadLines(file.source, decodeText(file.bytes).text);
}

function loadLines(source: string, text: string): LoadedText {
  const paragraphs: string[] = [];
  const counts = { good: 0, bad: 0 };
  for (const line of lines(text)) {
    const parsed = tryParse(line);
    counts[parsed ? 'good' : 'bad']++;
    if (parsed) paragraphs.push([...objectLines(parsed.value)].join('\n'));
  }
  if (counts.bad > counts.good) throw malformed(source, 'it is not valid JSON');
  return {
    text: paragraphs.filter((paragraph) => paragraph !== '').join('\n\n'),
    structure: 'plain',
    mediaType: 'application/x-ndjson',
    metadata: { records: counts.good, ...(counts.bad > 0 && { skipped_lines: counts.bad }) },
  };
}

function* lines(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline;
    const line = text.slice(from, to).trim();
    if (line !== '') yield line;
    from = to + 1;
  }
}

function tryParse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function titleOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { title, name } = value as { title?: unknown; name?: unknown };
  const found = [title, name].find((candidate) => typeof candidate === 'string' && candidate.trim() !== '');
  return typeof found === 'string' ? oneLine(found) : undefined;
}

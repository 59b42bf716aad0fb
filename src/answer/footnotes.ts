import type { Source } from '../llm/spec.js';

/** The list that follows the text: one line for each source that was cited. Empty when none was. */
export function footnoteText(sources: readonly Source[], cited: ReadonlySet<number>): string {
  const lines = sources.filter(({ n }) => cited.has(n)).map(footnote);
  return lines.length === 0 ? '' : `\n\n${lines.join('\n')}`;
}

function footnote({ n, source, headings }: Source): string {
  return headings.length === 0 ? `[${n}] ${source}` : `[${n}] ${source} — ${headings.join(' › ')}`;
}

const FOOTNOTE = /^\[\d{1,3}\] ./;

/** Takes the list off the end of a text again. Line by line from the end: clients write what stands there. */
export function withoutFootnotes(text: string): string {
  const lines = text.trimEnd().split('\n');
  let first = lines.length;
  while (first > 0 && FOOTNOTE.test(lines[first - 1] as string)) first--;
  const isList = first < lines.length && first > 1 && lines[first - 1] === '';
  return isList ? lines.slice(0, first - 1).join('\n') : text;
}

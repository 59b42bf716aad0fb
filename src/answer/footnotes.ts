import type { Source } from '../llm/spec.js';

/** The list that follows the text: one line for each source that was cited. Empty when none was. */
export function footnoteText(sources: readonly Source[], cited: ReadonlySet<number>): string {
  const lines = sources.filter(({ n }) => cited.has(n)).map(footnote);
  return lines.length === 0 ? '' : `\n\n${lines.join('\n')}`;
}

function footnote({ n, source, headings }: Source): string {
  return headings.length === 0 ? `[${n}] ${source}` : `[${n}] ${source} — ${headings.join(' › ')}`;
}

/** Takes the list off the end of a text again. */
export function withoutFootnotes(text: string): string {
  return text.replace(/\n\n\[\d{1,3}\] [^\n]+(?:\n\[\d{1,3}\] [^\n]+)*\s*$/, '');
}

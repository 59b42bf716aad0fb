/** Longest heading that is kept in a heading path, in characters. */
const TITLE_LIMIT_CHARS = 200;

/** A heading's words without Markdown: closing `#`s, `{#anchor}` attributes, links, emphasis and tags go. */
export function headingTitle(raw: string): string {
  const line = raw.trim().slice(0, 4 * TITLE_LIMIT_CHARS);
  return withoutMarks(withoutAttributes(withoutClosingMarks(line)))
    .trim()
    .slice(0, TITLE_LIMIT_CHARS)
    .trim();
}

function withoutClosingMarks(line: string): string {
  const open = line.replace(/#+$/, '');
  return open === line || /\s$/.test(open) || open === '' ? open.trimEnd() : line;
}

function withoutAttributes(line: string): string {
  const brace = line.lastIndexOf('{');
  return brace >= 0 && line.endsWith('}') && /^\{\s*[#.:]/.test(line.slice(brace))
    ? line.slice(0, brace)
    : line;
}

function withoutMarks(line: string): string {
  return line
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .replace(/<[^<>]*>/g, '')
    .replace(/\*\*|__|`/g, '')
    .replace(/\s+/g, ' ');
}

import { escapeBlockStart, oneLine } from './tidy.js';

/** A line of text on a page. Lengths are PDF points; `top` counts from the page's lower edge. */
export interface PdfLine {
  readonly text: string;
  readonly size: number;
  readonly top: number;
}

/** Type this much larger than the body's is a heading's. */
const HEADING_SCALE = 1.15;
const MAX_HEADING_CHARS = 150;
/** Heading sizes that are told apart, largest first. */
const HEADING_LEVELS = 4;
/** A gap of this many line heights begins a paragraph. */
const PARAGRAPH_GAP = 1.6;

/** Joins the lines of all pages to Markdown-like text, with a blank line between paragraphs and between pages. */
export function layOutPages(pages: readonly (readonly PdfLine[])[]): string {
  const levelOf = headingLevels(pages);
  return pages
    .map((lines) => layOutPage(lines, levelOf))
    .filter((page) => page !== '')
    .join('\n\n');
}

function layOutPage(lines: readonly PdfLine[], levelOf: (line: PdfLine) => number): string {
  const parts: string[] = [];
  let before: PdfLine | undefined;
  let headed = false;
  for (const line of lines.filter(({ text }) => text.trim() !== '')) {
    const level = levelOf(line);
    const apart = before && (level > 0 || headed || startsParagraph(before, line));
    if (before) parts.push(apart ? '\n\n' : '\n');
    parts.push(level > 0 ? `${'#'.repeat(level)} ${oneLine(line.text)}` : escapeBlockStart(line.text.trim()));
    before = line;
    headed = level > 0;
  }
  return joinHyphens(parts.join(''));
}

function startsParagraph(before: PdfLine, line: PdfLine): boolean {
  const gap = before.top - line.top;
  return gap < 0 || gap > Math.max(before.size, line.size, 1) * PARAGRAPH_GAP;
}

/** Ranks the type sizes above the body's, which is the size of most characters. */
function headingLevels(pages: readonly (readonly PdfLine[])[]): (line: PdfLine) => number {
  const characters = new Map<number, number>();
  for (const line of pages.flat()) {
    const size = rounded(line.size);
    characters.set(size, (characters.get(size) ?? 0) + line.text.length);
  }
  const [body] = [...characters].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [0];
  const larger = [...characters.keys()].filter((size) => size >= body * HEADING_SCALE).sort((a, b) => b - a);
  return ({ text, size }) => {
    const rank = larger.indexOf(rounded(size));
    return rank < 0 || text.length > MAX_HEADING_CHARS ? 0 : Math.min(rank + 1, HEADING_LEVELS);
  };
}

function rounded(size: number): number {
  return Math.round(size * 2) / 2;
}

/** Words that were parted at a line's end become one again. */
function joinHyphens(text: string): string {
  return text.replace(/(\p{Ll})-\n(?=\p{Ll})/gu, '$1');
}

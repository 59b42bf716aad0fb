import type { Range } from '../sources/matching.js';

/** How a line of a document is set. */
export type LineKind = 'text' | 'heading-1' | 'heading-2' | 'heading-3' | 'code' | 'quote' | 'table';

/** A run of characters that are drawn alike. */
export interface Piece {
  /** Offset in the document's text. */
  readonly start: number;
  readonly text: string;
  /** Part of the cited passage. */
  readonly cited: boolean;
  /** A word of the question. */
  readonly marked: boolean;
}

export interface Line {
  /** Offset in the document's text. */
  readonly start: number;
  readonly kind: LineKind;
  readonly pieces: readonly Piece[];
}

export interface LayoutOptions {
  readonly mediaType: string;
  /** The part to lay out; it is widened to whole lines. */
  readonly window: Range;
  readonly passage?: Range | undefined;
  readonly marks: readonly Range[];
}

/**
 * Lays a document's text out in lines. Not one character is dropped or moved, so offsets into the text stay true;
 * Markdown only decides how a line looks.
 */
export function layoutLines(text: string, options: LayoutOptions): Line[] {
  const { start, end } = wholeLines(text, options.window);
  const kindOf = lineKinds(options.mediaType, text.slice(0, start));
  const lines: Line[] = [];
  let at = start;
  for (const line of text.slice(start, end).split('\n')) {
    lines.push({ start: at, kind: kindOf(line), pieces: cutLine(line, at, options) });
    at += line.length + 1;
  }
  return lines;
}

/** `window` without a trailing line end, and with the whole of the lines that it cuts. */
function wholeLines(text: string, window: Range): Range {
  const start = window.start === 0 ? 0 : text.lastIndexOf('\n', window.start - 1) + 1;
  const lineEnd = text.indexOf('\n', Math.max(window.end - 1, start));
  return { start, end: lineEnd < 0 ? text.length : lineEnd };
}

const PROSE = /^text\/(?:plain|html)|pdf|word/;

function lineKinds(mediaType: string, before: string): (line: string) => LineKind {
  if (/markdown|mdx/.test(mediaType)) return markdownKinds(before);
  const kind = PROSE.test(mediaType) ? 'text' : 'code';
  return () => kind;
}

const FENCE = /^\s*(?:```|~~~)/;

function markdownKinds(before: string): (line: string) => LineKind {
  let inCode = (before.match(/^\s*(?:```|~~~)/gm)?.length ?? 0) % 2 === 1;
  return (line) => {
    if (FENCE.test(line)) {
      inCode = !inCode;
      return 'code';
    }
    return inCode ? 'code' : proseKind(line);
  };
}

function proseKind(line: string): LineKind {
  const level = /^ {0,3}(#{1,6})\s/.exec(line)?.[1]?.length;
  if (level !== undefined) return level === 1 ? 'heading-1' : level === 2 ? 'heading-2' : 'heading-3';
  if (/^ {0,3}>/.test(line)) return 'quote';
  return /^\s*\|.*\|\s*$/.test(line) ? 'table' : 'text';
}

function cutLine(line: string, start: number, { passage, marks }: LayoutOptions): Piece[] {
  const end = start + line.length;
  const edges = [...(passage ? [passage] : []), ...marks].flatMap((range) => [range.start, range.end]);
  const inside = edges.filter((edge) => edge > start && edge < end).sort((a, b) => a - b);
  const cuts = [...new Set([start, ...inside, end])];
  return cuts.slice(0, -1).map((from, index) => ({
    start: from,
    text: line.slice(from - start, (cuts[index + 1] ?? end) - start),
    cited: passage !== undefined && contains(passage, from),
    marked: marks.some((mark) => contains(mark, from)),
  }));
}

function contains({ start, end }: Range, place: number): boolean {
  return place >= start && place < end;
}

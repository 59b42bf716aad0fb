import { headingTitle } from './heading-title.js';
import { isSpace } from './space.js';

/** How a document's extracted text is built: decides where it may be cut. */
export type TextStructure = 'markdown' | 'plain' | 'code';

/** A run of lines that belong together; `end` is after its last newline, blank lines excluded. */
export type Block =
  | {
      readonly kind: 'heading';
      readonly start: number;
      readonly end: number;
      readonly level: number;
      readonly title: string;
    }
  | { readonly kind: 'text' | 'fence' | 'table' | 'code'; readonly start: number; readonly end: number };

/** Splits text into blocks, in order; only blank lines lie between them. One pass, linear. */
export function parseBlocks(text: string, structure: TextStructure): Block[] {
  return structure === 'markdown' ? new MarkdownBlocks(text).parse() : paragraphs(text, structure);
}

function paragraphs(text: string, structure: 'plain' | 'code'): Block[] {
  const kind = structure === 'code' ? 'code' : 'text';
  const blocks: Block[] = [];
  let open: number | undefined;
  for (let at = 0; at < text.length; ) {
    const next = lineEnd(text, at);
    if (isBlank(text, at, next)) {
      if (open !== undefined) blocks.push({ kind, start: open, end: at });
      open = undefined;
    } else open ??= at;
    at = next;
  }
  if (open !== undefined) blocks.push({ kind, start: open, end: text.length });
  return blocks;
}

class MarkdownBlocks {
  readonly #text: string;
  readonly #blocks: Block[] = [];
  /** Start of the paragraph being read, and the number of its lines. */
  #paragraph: { start: number; lines: number } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Block[] {
    for (let at = 0; at < this.#text.length; ) at = this.#readLine(at);
    this.#closeParagraph(this.#text.length);
    return this.#blocks;
  }

  /** Reads the line, or the whole fence or table, that begins at `at`; returns where the next one begins. */
  #readLine(at: number): number {
    const next = lineEnd(this.#text, at);
    if (isBlank(this.#text, at, next)) return this.#skipBlank(at, next);
    const first = firstInk(this.#text, at);
    const fence = openingFence(this.#text, first, next);
    if (fence) return this.#add({ kind: 'fence', start: at, end: fenceEnd(this.#text, next, fence) });
    const level = atxLevel(this.#text, at, first, next);
    if (level > 0) return this.#addHeading(at, next, level, this.#text.slice(first + level, next));
    const underline = this.#setextLevel(first, next);
    if (underline > 0) return this.#closeSetext(next, underline);
    if (this.#startsTable(at, next))
      return this.#add({ kind: 'table', start: at, end: tableEnd(this.#text, next) });
    this.#paragraph ??= { start: at, lines: 0 };
    this.#paragraph.lines++;
    return next;
  }

  #skipBlank(at: number, next: number): number {
    this.#closeParagraph(at);
    return next;
  }

  #add(block: Block): number {
    this.#closeParagraph(block.start);
    this.#blocks.push(block);
    return block.end;
  }

  #addHeading(start: number, end: number, level: number, raw: string): number {
    return this.#add({ kind: 'heading', start, end, level, title: headingTitle(raw) });
  }

  #closeParagraph(end: number): void {
    if (this.#paragraph) this.#blocks.push({ kind: 'text', start: this.#paragraph.start, end });
    this.#paragraph = undefined;
  }

  /** 1 for a line of `=`, 2 for one of `-`, when it underlines a paragraph of one line; else 0. */
  #setextLevel(first: number, next: number): number {
    if (this.#paragraph?.lines !== 1) return 0;
    const mark = this.#text[first];
    if (mark !== '=' && mark !== '-') return 0;
    const line = this.#text.slice(first, next).trimEnd();
    if (line.length < 2 || !isOnly(line, mark)) return 0;
    return mark === '=' ? 1 : 2;
  }

  #closeSetext(next: number, level: number): number {
    const start = this.#paragraph?.start ?? next;
    const raw = this.#text.slice(start, lineEnd(this.#text, start));
    this.#paragraph = undefined;
    return this.#addHeading(start, next, level, raw);
  }

  #startsTable(at: number, next: number): boolean {
    if (!lineHas(this.#text, at, next, '|') || next >= this.#text.length) return false;
    const delimiter = this.#text.slice(next, lineEnd(this.#text, next));
    return delimiter.includes('|') && delimiter.includes('-') && /^[\s|:-]+$/.test(delimiter);
  }
}

interface Fence {
  readonly mark: string;
  readonly length: number;
}

/** A fence may be indented by any depth, since it may stand in a list item. */
function openingFence(text: string, first: number, next: number): Fence | undefined {
  const mark = text[first];
  if (mark !== '`' && mark !== '~') return undefined;
  const length = runLength(text, first, mark);
  if (length < 3) return undefined;
  if (mark === '`' && lineHas(text, first + length, next, '`')) return undefined;
  return { mark, length };
}

/** After the closing line; an unclosed fence reaches to the end of the text, as CommonMark has it. */
function fenceEnd(text: string, from: number, fence: Fence): number {
  for (let at = from; at < text.length; ) {
    const next = lineEnd(text, at);
    const first = firstInk(text, at);
    const length = runLength(text, first, fence.mark);
    if (length >= fence.length && isBlank(text, first + length, next)) return next;
    at = next;
  }
  return text.length;
}

function tableEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const next = lineEnd(text, at);
    if (!lineHas(text, at, next, '|')) return at;
    at = next;
  }
  return at;
}

function atxLevel(text: string, at: number, first: number, next: number): number {
  if (text[first] !== '#' || first - at > 3) return 0;
  const level = runLength(text, first, '#');
  const after = text[first + level];
  const ends = after === undefined || after === ' ' || after === '\t' || first + level >= next - 1;
  return level <= 6 && ends ? level : 0;
}

/** Index after the newline that ends the line at `at`, or the text's end. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isSpace(text.charCodeAt(at))) return false;
  return true;
}

/** Index of the first character at or after `at` that is neither a space nor a tab. */
function firstInk(text: string, at: number): number {
  let index = at;
  while (text[index] === ' ' || text[index] === '\t') index++;
  return index;
}

function runLength(text: string, from: number, mark: string): number {
  let to = from;
  while (text[to] === mark) to++;
  return to - from;
}

function lineHas(text: string, from: number, to: number, mark: string): boolean {
  for (let at = from; at < to; at++) if (text[at] === mark) return true;
  return false;
}

function isOnly(line: string, mark: string): boolean {
  return runLength(line, 0, mark) === line.length;
}

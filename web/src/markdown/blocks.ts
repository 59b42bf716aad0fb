import { type Block, NESTING_LIMIT } from './syntax.js';
import { isTableStart, readTable } from './table.js';

/**
 * Splits Markdown into blocks. Never fails: what is not understood is a paragraph. A code fence that is still
 * open (an answer is being streamed) runs to the end of the text.
 */
export function parseBlocks(markdown: string): Block[] {
  return blocksOf(markdown.replaceAll('\r\n', '\n').replaceAll('\t', '    ').split('\n'), 0);
}

/** A reader that recognises a block at `lines[at]` and returns it with the line after it. */
type Reader = (lines: readonly string[], at: number, depth: number) => Found | undefined;
type Found = { readonly block: Block; readonly next: number };

const READERS: readonly Reader[] = [readFence, readHeading, readRule, readQuote, readList, readTable];

function blocksOf(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if (isBlank(lines[at])) {
      at++;
      continue;
    }
    const found = findBlock(lines, at, depth);
    blocks.push(found.block);
    at = found.next;
  }
  return blocks;
}

function findBlock(lines: readonly string[], at: number, depth: number): Found {
  if (depth < NESTING_LIMIT) {
    for (const read of READERS) {
      const found = read(lines, at, depth);
      if (found) return found;
    }
  }
  return readParagraph(lines, at);
}

/** Here and below no two neighbouring repeats take the same character: a long line is read once, not squared. */
const FENCE = /^ {0,3}(`{3,}|~{3,}(?!~))([^`]*)$/;

function readFence(lines: readonly string[], at: number): Found | undefined {
  const open = FENCE.exec(lines[at] ?? '');
  if (!open) return undefined;
  const mark = open[1] ?? '```';
  const close = new RegExp(`^ {0,3}${mark[0]}{${mark.length},}\\s*$`);
  const length = lines.slice(at + 1).findIndex((line) => close.test(line));
  const end = length < 0 ? lines.length : at + 1 + length;
  const text = lines.slice(at + 1, end).join('\n');
  const [language = ''] = (open[2] ?? '').trim().split(/\s/);
  return { block: { type: 'code', language, text }, next: end + 1 };
}

const HEADING = /^ {0,3}(#{1,6})\s(.*)$/;

function readHeading(lines: readonly string[], at: number): Found | undefined {
  const match = HEADING.exec(lines[at] ?? '');
  if (!match) return undefined;
  const text = withoutClosing((match[2] ?? '').trim());
  return { block: { type: 'heading', level: match[1]?.length ?? 1, text }, next: at + 1 };
}

/** `## Title ##` closes as it opens. */
function withoutClosing(heading: string): string {
  let end = heading.length;
  while (heading[end - 1] === '#') end--;
  const isClosing = end < heading.length && heading[end - 1]?.trim() === '';
  return isClosing ? heading.slice(0, end).trimEnd() : heading;
}

const RULE = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;

function readRule(lines: readonly string[], at: number): Found | undefined {
  return RULE.test(lines[at] ?? '') ? { block: { type: 'rule' }, next: at + 1 } : undefined;
}

const QUOTE = /^ {0,3}>\s?/;

function readQuote(lines: readonly string[], at: number, depth: number): Found | undefined {
  const next = endOfRun(lines, at, (line) => QUOTE.test(line));
  if (next === at) return undefined;
  const inside = lines.slice(at, next).map((line) => line.replace(QUOTE, ''));
  return { block: { type: 'quote', blocks: blocksOf(inside, depth + 1) }, next };
}

const ITEM = /^( {0,3})([-*+]|(\d{1,9})[.)])( +|$)/;

function readList(lines: readonly string[], at: number, depth: number): Found | undefined {
  const first = ITEM.exec(lines[at] ?? '');
  if (!first) return undefined;
  const ordered = first[3] !== undefined;
  const items: Block[][] = [];
  let next = at;
  for (;;) {
    const mark = ITEM.exec(lines[next] ?? '');
    if (!mark || (mark[3] !== undefined) !== ordered || RULE.test(lines[next] ?? '')) break;
    const end = endOfItem(lines, next, mark[0].length);
    items.push(blocksOf(itemLines(lines.slice(next, end), mark[0].length), depth + 1));
    next = skipBlank(lines, end);
  }
  return { block: { type: 'list', ordered, start: Number(first[3] ?? 1), items }, next };
}

/** An item goes on with lines that are indented at least two columns, and with plain lines directly below it. */
function endOfItem(lines: readonly string[], at: number, indent: number): number {
  let end = at + 1;
  while (end < lines.length) {
    const line = lines[end] ?? '';
    const afterBlank = isBlank(lines[end - 1]);
    if (isBlank(line)) end++;
    else if (indentOf(line) >= Math.min(indent, 2)) end++;
    else if (!afterBlank && !startsBlock(lines, end)) end++;
    else break;
  }
  while (isBlank(lines[end - 1]) && end > at + 1) end--;
  return end;
}

function itemLines(lines: readonly string[], indent: number): string[] {
  const [first = '', ...rest] = lines;
  return [first.slice(indent), ...rest.map((line) => line.slice(Math.min(indentOf(line), indent)))];
}

function readParagraph(lines: readonly string[], at: number): Found {
  let next = at + 1;
  while (next < lines.length && !isBlank(lines[next]) && !startsBlock(lines, next)) next++;
  const text = lines
    .slice(at, next)
    .map((line) => line.trimStart())
    .join('\n');
  return { block: { type: 'paragraph', text: text.trimEnd() }, next };
}

function startsBlock(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  return [FENCE, HEADING, RULE, QUOTE, ITEM].some((start) => start.test(line)) || isTableStart(lines, at);
}

function endOfRun(lines: readonly string[], at: number, belongs: (line: string) => boolean): number {
  let end = at;
  while (end < lines.length && belongs(lines[end] ?? '')) end++;
  return end;
}

function skipBlank(lines: readonly string[], at: number): number {
  return endOfRun(lines, at, isBlank);
}

function isBlank(line: string | undefined): boolean {
  return line !== undefined && line.trim() === '';
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

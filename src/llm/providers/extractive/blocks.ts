/** A passage's text as Markdown sees it. `text` is raw; inline markup is still in it. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  /** Lines that stand for themselves: table rows of a CSV file, `key: value` records. */
  | { readonly kind: 'record'; readonly text: string }
  | { readonly kind: 'item'; readonly indent: number; readonly marker: string; readonly text: string }
  | { readonly kind: 'table'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string };

const FENCE = /^\s*(`{3,}|~{3,})/;
const HEADING = /^#{1,6}\s/;
const ITEM = /^(\s*)([-*+•]|\d{1,3}[.)])\s+(.*)$/;
const TABLE = /^\s*\|.*\|\s*$/;
const RECORD = /^[^\s:|][^:|]{0,40}:\s+\S/;
/** Directives of documentation tools, front matter marks, rules, HTML on a line of its own, imports of MDX. */
const NOISE =
  /^\s*(?:\{[*%{].*[*%}]\}|\/\/\/.*|:::.*|!!!.*|={3,}.*|-{3,}|\*{3,}|_{3,}|<[^>]+>|<!--.*|import\s.+\sfrom\s.*|export\s.*)\s*$/;

/** Cuts Markdown (or plain text) into blocks. A fence or table that the passage's end cuts off is left out. */
export function readBlocks(markdown: string): Block[] {
  const lines = markdown.split(/\r\n|\n|\r/);
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) blocks.push(...paragraphBlocks(paragraph));
    paragraph = [];
  };
  for (let at = 0; at < lines.length; ) {
    const special = readSpecial(lines, at);
    if (special === undefined) paragraph.push((lines[at++] as string).trim());
    else {
      flush();
      if (special.block !== undefined) blocks.push(special.block);
      at = special.next;
    }
  }
  flush();
  return blocks;
}

interface Special {
  readonly block?: Block | undefined;
  readonly next: number;
}

/** The block that starts at this line, when it is more than a line of a paragraph. */
function readSpecial(lines: readonly string[], at: number): Special | undefined {
  const line = (lines[at] as string).replace(/^\s{0,3}>\s?/, '');
  const fence = FENCE.exec(line)?.[1];
  if (fence !== undefined) return readFence(lines, at, fence);
  if (line.trim() === '' || NOISE.test(line)) return { next: at + 1 };
  if (TABLE.test(line)) return readTable(lines, at);
  if (HEADING.test(line)) return { block: { kind: 'heading', text: headingText(line) }, next: at + 1 };
  const item = ITEM.exec(line);
  return item === null ? undefined : readItem(lines, at, item);
}

/** Without the marks at both ends. Step by step: a pattern for both would take quadratic time on a long row of them. */
function headingText(line: string): string {
  const text = line.replace(/^#+/, '').trim();
  let end = text.length;
  while (text[end - 1] === '#') end--;
  return text.slice(0, end).trimEnd();
}

function readFence(lines: readonly string[], at: number, fence: string): Special {
  for (let end = at + 1; end < lines.length; end++) {
    const line = lines[end] as string;
    if (!line.trim().startsWith(fence) || line.trim().replaceAll(fence[0] as string, '') !== '') continue;
    return {
      block: { kind: 'code', text: unindent(lines.slice(at, end + 1)).join('\n') },
      next: end + 1,
    };
  }
  return { next: lines.length };
}

function unindent(lines: readonly string[]): string[] {
  const indent = /^\s*/.exec(lines[0] as string)?.[0].length ?? 0;
  return lines.map((line) => (line.slice(0, indent).trim() === '' ? line.slice(indent) : line));
}

function readTable(lines: readonly string[], at: number): Special {
  let end = at;
  while (end < lines.length && TABLE.test(lines[end] as string)) end++;
  const rows = lines.slice(at, end).map((line) => line.trim());
  const whole = rows.length >= 3 && /^[|\s:-]+$/.test(rows[1] as string);
  return { block: whole ? { kind: 'table', text: rows.join('\n') } : undefined, next: end };
}

function readItem(lines: readonly string[], at: number, item: RegExpExecArray): Special {
  const [, indent = '', marker = '', first = ''] = item;
  const text = [first];
  let next = at + 1;
  while (next < lines.length && /^\s+\S/.test(lines[next] as string) && !startsBlock(lines[next] as string))
    text.push((lines[next++] as string).trim());
  return { block: { kind: 'item', indent: indent.length, marker, text: text.join(' ') }, next };
}

function startsBlock(line: string): boolean {
  return ITEM.test(line) || FENCE.test(line) || TABLE.test(line) || NOISE.test(line) || HEADING.test(line);
}

function paragraphBlocks(lines: readonly string[]): Block[] {
  const records = lines.filter((line) => RECORD.test(line) || line.includes('\t')).length;
  if (lines.length >= 2 && records * 2 > lines.length)
    return lines.map((text) => ({ kind: 'record', text }) as const);
  return [{ kind: 'paragraph', text: lines.join(' ') }];
}

import { escapeBlockStart, oneLine } from './tidy.js';

interface Block {
  readonly text: string;
  /** List items follow each other without a blank line. */
  readonly tight: boolean;
  readonly main: boolean;
}

interface Table {
  readonly rows: string[][];
}

/** Main content shorter than this is taken for a wrapper around nothing, and the whole page is kept. */
const MIN_MAIN_CHARS = 200;
/** A cell longer than this belongs to a layout, not to a table of data. */
const MAX_CELL_CHARS = 1000;
const MAX_LIST_DEPTH = 8;

/** Builds Markdown from the events of an HTML parser. Text between two block marks becomes one block. */
export class MarkdownWriter {
  readonly #blocks: Block[] = [];
  readonly #lists: { readonly ordered: boolean; items: number }[] = [];
  /** Inline text of the block being read. */
  #inline: string[] = [];
  #prefix = '';
  #tight = false;
  #pre = 0;
  #main = 0;
  /** Nesting of tables; only an innermost one is written as a table. */
  #tableDepth = 0;
  #table: Table | undefined;
  #inCell = false;

  text(data: string): void {
    this.#inline.push(data);
  }

  lineBreak(): void {
    this.#inline.push(this.#pre > 0 ? '\n' : LINE_BREAK);
  }

  /** Ends the current block, if it has any text. Inside a table cell it only separates words. */
  breakBlock(): void {
    if (this.#pre > 0) return;
    if (this.#inCell) {
      this.#inline.push(' ');
      return;
    }
    const text = this.#takeInline();
    if (text !== '') this.#push(this.#prefix + text, this.#tight);
    if (text !== '') this.#prefix = '';
    this.#tight = this.#lists.length > 0 && text === '' ? this.#tight : false;
  }

  startHeading(level: number): void {
    this.breakBlock();
    if (!this.#inCell && this.#pre === 0) this.#prefix = `${'#'.repeat(level)} `;
  }

  openList(ordered: boolean): void {
    this.breakBlock();
    this.#lists.push({ ordered, items: 0 });
  }

  closeList(): void {
    this.breakBlock();
    this.#lists.pop();
    this.#prefix = '';
  }

  startItem(): void {
    this.breakBlock();
    const list = this.#lists.at(-1);
    if (!list || this.#inCell) return;
    list.items++;
    const indent = '  '.repeat(Math.min(this.#lists.length - 1, MAX_LIST_DEPTH));
    this.#prefix = `${indent}${list.ordered ? `${list.items}.` : '-'} `;
    this.#tight = true;
  }

  openPre(): void {
    this.breakBlock();
    this.#pre++;
  }

  closePre(): void {
    if (this.#pre === 0) return;
    this.#pre--;
    if (this.#pre > 0 || this.#inCell) return;
    const code = this.#inline.join('').replaceAll(LINE_BREAK, '\n').replace(/^\n/, '').trimEnd();
    this.#inline = [];
    this.#prefix = '';
    if (code !== '') this.#push(fenced(code), false);
  }

  openTable(): void {
    this.#flushTable();
    this.breakBlock();
    this.#tableDepth++;
    this.#table = { rows: [] };
  }

  startRow(): void {
    this.#endCell();
    if (this.#table) this.#table.rows.push([]);
    else this.breakBlock();
  }

  startCell(): void {
    this.#endCell();
    if (this.#table) {
      this.#inline = [];
      this.#inCell = true;
    } else this.breakBlock();
  }

  closeTable(): void {
    if (this.#tableDepth === 0) return;
    this.#flushTable();
    this.breakBlock();
    this.#tableDepth--;
  }

  enterMain(): void {
    this.breakBlock();
    this.#main++;
  }

  leaveMain(): void {
    this.breakBlock();
    this.#main--;
  }

  finish(): string {
    this.#pre = 0;
    this.#flushTable();
    this.breakBlock();
    const main = joinBlocks(this.#blocks.filter((block) => block.main));
    return main.length >= MIN_MAIN_CHARS ? main : joinBlocks(this.#blocks);
  }

  #push(text: string, tight: boolean): void {
    this.#blocks.push({ text, tight, main: this.#main > 0 });
  }

  #takeInline(): string {
    const text = collapse(this.#inline.join(''));
    this.#inline = [];
    return this.#prefix === '' ? text.split('\n').map(escapeBlockStart).join('\n') : oneLine(text);
  }

  #endCell(): void {
    if (!this.#inCell || !this.#table) return;
    this.#inCell = false;
    const cell = oneLine(collapse(this.#inline.join('')));
    this.#inline = [];
    if (this.#table.rows.length === 0) this.#table.rows.push([]);
    this.#table.rows.at(-1)?.push(cell);
  }

  #flushTable(): void {
    this.#endCell();
    const rows = (this.#table?.rows ?? []).filter((row) => row.some((cell) => cell !== ''));
    this.#table = undefined;
    if (rows.length === 0) return;
    if (isData(rows)) this.#push(tableText(rows), false);
    else for (const cell of rows.flat()) if (cell !== '') this.#push(escapeBlockStart(cell), false);
  }
}

/** Stands for `<br>` until white space is collapsed. */
const LINE_BREAK = '\u2028';

function collapse(text: string): string {
  return text
    .replace(/[^\S\u2028]+/g, ' ')
    .replace(/ ?\u2028 ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function isData(rows: readonly (readonly string[])[]): boolean {
  return rows.some((row) => row.length > 1) && rows.flat().every((cell) => cell.length <= MAX_CELL_CHARS);
}

function tableText(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  return [rowText(head), `|${' --- |'.repeat(head.length)}`, ...body.map(rowText)].join('\n');
}

function rowText(row: readonly string[]): string {
  return `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** A fence longer than any run of backticks inside. */
function fenced(code: string): string {
  let length = 3;
  for (const [run] of code.matchAll(/`+/g)) length = Math.max(length, run.length + 1);
  const fence = '`'.repeat(length);
  return `${fence}\n${code}\n${fence}`;
}

function joinBlocks(blocks: readonly Block[]): string {
  let text = '';
  for (const [index, block] of blocks.entries()) {
    if (index > 0) text += block.tight && blocks[index - 1]?.tight ? '\n' : '\n\n';
    text += block.text;
  }
  return text;
}

import { Parser } from 'htmlparser2';
import { MarkdownWriter } from './markdown-writer.js';
import { oneLine } from './tidy.js';

export interface HtmlText {
  readonly text: string;
  readonly title: string;
  /** Content of `<meta name=…>` by name. */
  readonly meta: ReadonlyMap<string, string>;
}

/**
 * Readable text of HTML: headings, lists, tables and code stay; scripts, styles and navigation go.
 * Throws a RangeError for elements that are nested too deeply: the parser's time is quadratic in the depth.
 */
export function htmlToMarkdown(html: string): HtmlText {
  const reader = new HtmlReader();
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      onclosetag: (name) => reader.close(name),
      ontext: (data) => reader.text(data),
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  parser.end(html);
  return reader.result();
}

const MAX_DEPTH = 5000;

const SKIPPED = new Set(
  'script style noscript template svg math iframe object embed canvas audio video nav button select textarea'.split(
    ' ',
  ),
);
/** Page furniture, unless it stands inside the main content. */
const SKIPPED_OUTSIDE_MAIN = new Set(['header', 'footer', 'aside']);
const BLOCKS = new Set(
  'address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form header hr html legend main p section summary'.split(
    ' ',
  ),
);
const SKIPPED_ROLES = new Set(['navigation', 'banner', 'contentinfo', 'search']);

class HtmlReader {
  readonly #writer = new MarkdownWriter();
  readonly #meta = new Map<string, string>();
  #depth = 0;
  /** Open elements within the outermost skipped one. */
  #skipped = 0;
  #mainDepth = 0;
  #title: string | undefined;
  #inTitle = false;

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (++this.#depth > MAX_DEPTH) throw new RangeError('elements are nested too deeply');
    if (this.#skipped > 0 || this.#isSkipped(name, attributes)) {
      this.#skipped++;
      return;
    }
    if (name === 'title') this.#inTitle = this.#title === undefined;
    else if (name === 'meta') this.#addMeta(attributes);
    else this.#openContent(name, attributes);
  }

  close(name: string): void {
    this.#depth--;
    if (this.#skipped > 0) this.#skipped--;
    else if (name === 'title') this.#inTitle = false;
    else this.#closeContent(name);
  }

  text(data: string): void {
    if (this.#skipped > 0) return;
    if (this.#inTitle) this.#title = (this.#title ?? '') + data;
    else this.#writer.text(data);
  }

  result(): HtmlText {
    return { text: this.#writer.finish(), title: oneLine(this.#title ?? ''), meta: this.#meta };
  }

  #isSkipped(name: string, attributes: Readonly<Record<string, string>>): boolean {
    if (SKIPPED.has(name) || 'hidden' in attributes || attributes['aria-hidden'] === 'true') return true;
    if (this.#mainDepth > 0) return false;
    return SKIPPED_OUTSIDE_MAIN.has(name) || SKIPPED_ROLES.has(attributes.role ?? '');
  }

  #addMeta(attributes: Readonly<Record<string, string>>): void {
    const { name, content } = attributes;
    if (name && content && this.#meta.size < 64) this.#meta.set(name.toLowerCase(), oneLine(content));
  }

  #openContent(name: string, attributes: Readonly<Record<string, string>>): void {
    if (isMain(name)) {
      this.#mainDepth++;
      this.#writer.enterMain();
    }
    const level = headingLevel(name);
    if (level > 0) this.#writer.startHeading(level);
    else if (BLOCKS.has(name)) this.#writer.breakBlock();
    else this.#openMarked(name, attributes);
  }

  #openMarked(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'br') this.#writer.lineBreak();
    else if (name === 'ul' || name === 'ol') this.#writer.openList(name === 'ol');
    else if (name === 'li') this.#writer.startItem();
    else if (name === 'pre') this.#writer.openPre();
    else if (name === 'table') this.#writer.openTable();
    else if (name === 'tr') this.#writer.startRow();
    else if (name === 'td' || name === 'th') this.#writer.startCell();
    else if (name === 'img') this.#writer.text(attributes.alt ?? '');
  }

  #closeContent(name: string): void {
    if (headingLevel(name) > 0 || BLOCKS.has(name) || name === 'li') this.#writer.breakBlock();
    else if (name === 'ul' || name === 'ol') this.#writer.closeList();
    else if (name === 'pre') this.#writer.closePre();
    else if (name === 'table') this.#writer.closeTable();
    if (isMain(name)) {
      this.#mainDepth--;
      this.#writer.leaveMain();
    }
  }
}

function isMain(name: string): boolean {
  return name === 'main' || name === 'article';
}

function headingLevel(name: string): number {
  return /^h[1-6]$/.test(name) ? Number(name[1]) : 0;
}

import { parseBlocks } from '../chunking/index.js';

/** A tag or an expression longer than this is taken for text. */
const MAX_TAG_CHARS = 4000;

/** Openings that never close, after which the rest is taken for text: bounds the time on hostile input. */
const MAX_UNCLOSED = 1000;

/** Removes ESM statements, component tags and `{expressions}` from MDX, outside code. */
export function stripJsx(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const { kind, start, end } of parseBlocks(text, 'markdown')) {
    if (kind !== 'fence') continue;
    parts.push(stripProse(text.slice(from, start)), text.slice(start, end));
    from = end;
  }
  parts.push(stripProse(text.slice(from)));
  return parts
    .join('')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function stripProse(text: string): string {
  return new JsxStripper(text.replace(/^(?:import|export)\s[^\n]*(?:\n[^\n]+)*/gm, '')).strip();
}

class JsxStripper {
  readonly #text: string;
  readonly #kept: string[] = [];
  #unclosed = 0;

  constructor(text: string) {
    this.#text = text;
  }

  strip(): string {
    let from = 0;
    for (let at = 0; at < this.#text.length; ) {
      const skip = this.#skipAt(at);
      if (skip) {
        this.#kept.push(this.#text.slice(from, at), skip.instead);
        from = skip.to;
      }
      at = skip ? skip.to : this.#nextAfter(at);
    }
    this.#kept.push(this.#text.slice(from));
    return this.#kept.join('');
  }

  /** What stands at `at` and must go, if anything. */
  #skipAt(at: number): { to: number; instead: string } | undefined {
    const mark = this.#text[at];
    if (mark === '{') return this.#expressionAt(at);
    if (mark === '<' && /^<\/?(?:[A-Z][\w.]*|>)/.test(this.#text.slice(at, at + 80))) return this.#tagAt(at);
    return undefined;
  }

  /** Past an inline code span, which keeps its tags; otherwise one character on. */
  #nextAfter(at: number): number {
    if (this.#text[at] !== '`') return at + 1;
    const end = this.#text.indexOf('`', at + 1);
    return end < 0 || this.#text.slice(at, end).includes('\n\n') ? at + 1 : end + 1;
  }

  #expressionAt(at: number): { to: number; instead: string } | undefined {
    const to = this.#closing(at, '}');
    if (to === undefined) return undefined;
    const literal = /^\{\s*(["'`])([^"'`$]*)\1\s*\}$/.exec(this.#text.slice(at, to));
    return { to, instead: literal?.[2] ?? '' };
  }

  #closing(at: number, mark: '}' | '>'): number | undefined {
    if (this.#unclosed > MAX_UNCLOSED) return undefined;
    const to = closing(this.#text, at, mark);
    if (to === undefined) this.#unclosed++;
    return to;
  }

  #tagAt(at: number): { to: number; instead: string } | undefined {
    const to = this.#closing(at, '>');
    if (to === undefined) return undefined;
    const label = /\s(?:title|label|summary|alt)=(?:"([^"]*)"|'([^']*)')/.exec(this.#text.slice(at, to));
    return { to, instead: label?.[1] ?? label?.[2] ?? '' };
  }
}

/** Index after the mark that closes what opens at `at`, minding nested braces and quoted strings. */
function closing(text: string, at: number, mark: '}' | '>'): number | undefined {
  const last = Math.min(text.length, at + MAX_TAG_CHARS);
  let depth = mark === '}' ? 0 : 1;
  let quote = '';
  for (let index = at; index < last; index++) {
    const character = text[index] ?? '';
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || (character === "'" && mark === '>')) quote = character;
    else if (character === '{') depth++;
    else if (character === '}') depth--;
    if (quote === '' && character === mark && depth === (mark === '}' ? 0 : 1)) return index + 1;
  }
  return undefined;
}

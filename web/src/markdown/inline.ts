import { safeHref } from './links.js';
import { type Inline, NESTING_LIMIT } from './syntax.js';

/** Parses what stands inside a block. Never fails: marks without a partner stay the characters that they are. */
export function parseInline(text: string): Inline[] {
  return inlinesOf(text, 0);
}

/** `plain`: so many characters are text, as those around them. */
type Found = { readonly nodes: readonly Inline[] | 'plain'; readonly length: number };
type Reader = (rest: string, depth: number, before: string) => Found | undefined;

/** By first character, so that plain text costs one look-up a character. */
const READERS: Readonly<Record<string, readonly Reader[]>> = {
  '\\': [readEscape],
  '\n': [readBreak],
  '`': [readCode],
  '[': [readCitation, readLink],
  '<': [readAutolink],
  '*': [readStrong, readEmphasis],
  _: [readStrong, readEmphasis],
  '~': [readStrike],
  h: [readBareUrl],
};

function inlinesOf(text: string, depth: number): Inline[] {
  if (depth >= NESTING_LIMIT) return [{ type: 'text', text }];
  const nodes: Inline[] = [];
  let plainFrom = 0;
  let at = 0;
  while (at < text.length) {
    const found = findInline(text, at, depth);
    if (!found || found.nodes === 'plain') {
      at += found?.length ?? 1;
      continue;
    }
    if (plainFrom < at) nodes.push({ type: 'text', text: text.slice(plainFrom, at) });
    nodes.push(...found.nodes);
    at += found.length;
    plainFrom = at;
  }
  if (plainFrom < text.length) nodes.push({ type: 'text', text: text.slice(plainFrom) });
  return nodes;
}

function findInline(text: string, at: number, depth: number): Found | undefined {
  const readers = READERS[text[at] ?? ''];
  if (!readers) return undefined;
  const rest = text.slice(at);
  const before = text[at - 1] ?? '';
  for (const read of readers) {
    const found = read(rest, depth, before);
    if (found) return found;
  }
  return undefined;
}

function readEscape(rest: string): Found | undefined {
  const match = /^\\([!-/:-@[-`{-~])/.exec(rest);
  return match ? { nodes: [{ type: 'text', text: match[1] ?? '' }], length: 2 } : undefined;
}

/** A single line end is a space in Markdown; models write it where they mean a new line, so it is one. */
function readBreak(): Found {
  return { nodes: [{ type: 'break' }], length: 1 };
}

/** A run of backticks without a partner of its length stands for itself, as a whole. */
function readCode(rest: string): Found | undefined {
  const match = /^(`+)(?!`)([\s\S]*?[^`])\1(?!`)/.exec(rest);
  if (!match) return { nodes: 'plain', length: /^`+/.exec(rest)?.[0].length ?? 1 };
  const text = (match[2] ?? '').replaceAll('\n', ' ').replace(/^ (.*) $/, '$1');
  return { nodes: [{ type: 'code', text }], length: match[0].length };
}

/** `[3]`, and `[1, 3]` as models also write it. A link's text is not a citation. */
function readCitation(rest: string): Found | undefined {
  const match = /^\[(\d{1,3}(?:\s*,\s*\d{1,3}){0,9})\](?!\()/.exec(rest);
  if (!match) return undefined;
  const nodes = (match[1] ?? '').split(',').map((n): Inline => ({ type: 'citation', n: Number(n) }));
  return { nodes, length: match[0].length };
}

const LINK =
  /^\[((?:[^[\]\\]|\\.|\[[^[\]]*\])*)\]\(\s*<?((?:[^()\s<>]|\([^()\s]*\))*)>?(?:\s+["'(][^)]*["')])?\s*\)/;

/** A link whose target is not allowed keeps its text and loses the target. */
function readLink(rest: string, depth: number): Found | undefined {
  const match = LINK.exec(rest);
  if (!match) return undefined;
  const children = inlinesOf(match[1] ?? '', depth + 1);
  const href = safeHref(match[2] ?? '');
  return {
    nodes: href === undefined ? children : [{ type: 'link', href, children }],
    length: match[0].length,
  };
}

function readAutolink(rest: string): Found | undefined {
  const match = /^<(https?:\/\/[^\s<>]+)>/i.exec(rest);
  return match?.[1] ? linkTo(match[1], match[0].length) : undefined;
}

/** Ends before closing punctuation and before Hangul, so that a particle after an address is not part of it. */
function readBareUrl(rest: string, _depth: number, before: string): Found | undefined {
  if (/[\p{L}\p{N}]/u.test(before) && !/\p{Script=Hangul}/u.test(before)) return undefined;
  const match = /^https?:\/\/[^\s<>"'`\p{Script=Hangul}]*[^\s<>"'`\p{Script=Hangul}.,:;!?)\]}*_]/u.exec(rest);
  return match ? linkTo(match[0], match[0].length) : undefined;
}

function linkTo(target: string, length: number): Found | undefined {
  const href = safeHref(target);
  if (href === undefined) return undefined;
  return { nodes: [{ type: 'link', href, children: [{ type: 'text', text: target }] }], length };
}

/**
 * Korean particles follow a closing mark without a space (`**나래**는`), so only the inner side of a mark must
 * not be a space; `_` besides must not stand inside a word (`snake_case`).
 */
function readStrong(rest: string, depth: number, before: string): Found | undefined {
  const match = /^(\*\*|__)(?=\S)([\s\S]*?\S)\1(?!\*(?!\*))/.exec(rest);
  return wrap(match, 'strong', depth, before, rest);
}

function readEmphasis(rest: string, depth: number, before: string): Found | undefined {
  const match = /^([*_])(?=[^\s*_])((?:\*\*[^*]+\*\*|[^*_`]|`[^`]*`|(?<=\w)_(?=\w))*?[^\s*_])\1(?![*])/.exec(
    rest,
  );
  return wrap(match, 'emphasis', depth, before, rest);
}

function readStrike(rest: string, depth: number, before: string): Found | undefined {
  return wrap(/^(~~)(?=\S)([^~]*\S)~~/.exec(rest), 'strike', depth, before, rest);
}

function wrap(
  match: RegExpExecArray | null,
  type: 'strong' | 'emphasis' | 'strike',
  depth: number,
  before: string,
  rest: string,
): Found | undefined {
  if (!match) return undefined;
  const length = match[0].length;
  const insideWord = /\w/.test(before) || /\w/.test(rest[length] ?? '');
  if (rest.startsWith('_') && insideWord) return undefined;
  return { nodes: [{ type, children: inlinesOf(match[2] ?? '', depth + 1) }], length };
}

import { type Block, lineEnd, parseBlocks, type TextStructure } from './blocks.js';
import { sentenceStarts } from './sentences.js';
import { isSpace } from './space.js';
import { countTokens } from './tokens.js';

/** How good a place for a cut is, worst first. `Never` lies inside a fence or table that fits in a chunk. */
export enum Cut {
  Never,
  /** Right after a heading, which should stay with what it heads. */
  AfterHeading,
  /** Inside a word of hundreds of characters. */
  Character,
  Word,
  Line,
  Sentence,
  ListItem,
  Block,
  Section,
}

/**
 * The smallest piece that chunking moves about: a sentence, a line, or part of a long one. Atoms follow each other
 * without gaps from 0 to the text's end; white space belongs to the atom it ends in, spaces to the one they precede.
 */
export interface Atom {
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  /** How good a cut before this atom is. */
  readonly cut: Cut;
  /** Set on the first atom of a section. */
  readonly heading?: { readonly level: number; readonly title: string };
}

export interface AtomLimits {
  /** Most tokens that a fence or table may have to stay whole. */
  readonly chunkTokens: number;
}

/** Longer sentences are broken between words. */
const LONG_SENTENCE_CHARS = 800;
const PIECE_CHARS = 400;
/** White space between blocks that is not worth counting. */
const GAP_CHARS = 4;

/** Takes text apart. Every character is counted once (twice in what has to be broken further). */
export function takeApart(text: string, structure: TextStructure, limits: AtomLimits): Atom[] {
  const builder = new AtomBuilder(text, limits);
  for (const block of parseBlocks(text, structure)) builder.addBlock(block);
  return builder.finish();
}

class AtomBuilder {
  readonly #text: string;
  readonly #chunkTokens: number;
  readonly #maxTokens: number;
  readonly #atoms: Atom[] = [];
  #afterHeading = false;
  #end = 0;

  constructor(text: string, limits: AtomLimits) {
    this.#text = text;
    this.#chunkTokens = limits.chunkTokens;
    this.#maxTokens = Math.max(8, limits.chunkTokens >> 1);
  }

  addBlock(block: Block): void {
    this.#addGap(block.start);
    const from = this.#atoms.length;
    if (block.kind === 'heading') this.#addHeading(block.start, block.end, block);
    else this.#addLines(block);
    const whole = block.kind === 'fence' || block.kind === 'table';
    if (whole && this.#fits(from, block)) this.#glue(from);
    this.#afterHeading = block.kind === 'heading';
    this.#end = block.end;
  }

  /** Many blank lines have tokens of their own; a few are stretched over in `finish`. */
  #addGap(to: number): void {
    if (to - this.#end > GAP_CHARS) this.#addPiece(this.#end, to, Cut.Line);
  }

  /** Stretches every atom to the start of the next, so that blank lines belong to somebody. */
  finish(): Atom[] {
    return this.#atoms.map((atom, index) => ({
      ...atom,
      start: index === 0 ? 0 : atom.start,
      end: this.#atoms[index + 1]?.start ?? this.#text.length,
    }));
  }

  #addHeading(start: number, end: number, heading: { level: number; title: string }): void {
    const from = this.#atoms.length;
    this.#addPiece(start, end, Cut.Section);
    const first = this.#atoms[from];
    if (first) this.#atoms[from] = { ...first, heading: { level: heading.level, title: heading.title } };
  }

  #addLines(block: Block): void {
    let cut = this.#blockCut(block);
    for (let at = block.start; at < block.end; ) {
      const next = Math.min(lineEnd(this.#text, at), block.end);
      if (block.kind === 'text') this.#addSentences(at, next, cut);
      else this.#addPiece(at, next, cut);
      cut = block.kind === 'text' ? this.#lineCut(next) : Cut.Line;
      at = next;
    }
  }

  /** In code a line at the margin begins something new; an indented one goes on with what is above. */
  #blockCut(block: Block): Cut {
    if (this.#afterHeading) return Cut.AfterHeading;
    const indented = block.kind === 'code' && isSpace(this.#text.charCodeAt(block.start));
    return indented ? Cut.ListItem : Cut.Block;
  }

  /** How good a cut before the line at `at` is, going by its own beginning and the end of the line before. */
  #lineCut(at: number): Cut {
    LIST_MARKER.lastIndex = at;
    if (LIST_MARKER.test(this.#text)) return Cut.ListItem;
    let before = at - 1;
    while (before > 0 && isSpace(this.#text.charCodeAt(before))) before--;
    return SENTENCE_END.test(this.#text[before] ?? '') ? Cut.Sentence : Cut.Line;
  }

  #addSentences(start: number, end: number, cut: Cut): void {
    let from = start;
    for (const at of sentenceStarts(this.#text, start, end)) {
      this.#addPiece(from, at, from === start ? cut : Cut.Sentence);
      from = at;
    }
    this.#addPiece(from, end, from === start ? cut : Cut.Sentence);
  }

  #addPiece(start: number, end: number, cut: Cut): void {
    let from = start;
    let pieceCut = cut;
    while (end - start > LONG_SENTENCE_CHARS && end - from > PIECE_CHARS) {
      const at = breakBefore(this.#text, from, from + PIECE_CHARS);
      this.#addCounted(from, at.index, pieceCut);
      from = at.index;
      pieceCut = at.cut;
    }
    this.#addCounted(from, end, pieceCut);
  }

  #addCounted(start: number, end: number, cut: Cut): void {
    const tokens = countTokens(this.#text.slice(start, end));
    if (tokens <= this.#maxTokens || end - start < 2) this.#atoms.push({ start, end, tokens, cut });
    else this.#halve(start, end, cut);
  }

  #halve(start: number, end: number, cut: Cut): void {
    const at = breakBefore(this.#text, start, start + ((end - start) >> 1));
    this.#addCounted(start, at.index, cut);
    this.#addCounted(at.index, end, at.cut);
  }

  /** Exact near the limit: the sum over lines may differ by a token or two from the count of the whole. */
  #fits(from: number, block: Block): boolean {
    let sum = 0;
    for (let index = from; index < this.#atoms.length; index++) sum += this.#atoms[index]?.tokens ?? 0;
    if (sum > this.#chunkTokens + COUNT_SLACK) return false;
    if (sum < this.#chunkTokens - COUNT_SLACK) return true;
    return countTokens(this.#text.slice(block.start, block.end).trim()) <= this.#chunkTokens;
  }

  #glue(from: number): void {
    for (let index = from + 1; index < this.#atoms.length; index++) {
      const atom = this.#atoms[index];
      if (atom) this.#atoms[index] = { ...atom, cut: Cut.Never };
    }
  }
}

/** How far the sum of counted pieces may lie from the count of the whole, in tokens. */
export const COUNT_SLACK = 8;

const LIST_MARKER = /[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]/y;
const SENTENCE_END = /[.!?…。！？:)\]"'”’`*]/;

/** The last word boundary in the second half of [start, limit), else a place between two characters. */
function breakBefore(text: string, start: number, limit: number): { index: number; cut: Cut } {
  const earliest = start + ((limit - start) >> 1);
  for (let index = limit; index > earliest; index--) {
    if (isSpace(text.charCodeAt(index)) && !isSpace(text.charCodeAt(index - 1)))
      return { index, cut: Cut.Word };
  }
  return { index: limit > start + 1 && isLowSurrogate(text, limit) ? limit - 1 : limit, cut: Cut.Character };
}

function isLowSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff;
}

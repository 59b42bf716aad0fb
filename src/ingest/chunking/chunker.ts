import { contentHash } from '../../core/index.js';
import type { ChunkInput } from '../../retrieval/spec.js';
import { type Atom, COUNT_SLACK, takeApart } from './atoms.js';
import type { TextStructure } from './blocks.js';
import { groupSections } from './grouping.js';
import { detectLanguage } from './language.js';
import { type Piece, packGroup } from './packing.js';
import { Ruler } from './ruler.js';
import { findSections, type Section, sharedPath } from './sections.js';

export interface ChunkSettings {
  /** Most tokens of a chunk, at least 32. */
  readonly chunkTokens: number;
  /** Most tokens that a chunk repeats from the one before, in whole sentences; at most half of `chunkTokens`. */
  readonly chunkOverlapTokens: number;
}

/**
 * Cuts a document's extracted text into chunks: `text.slice(start, end) === chunk.text`, every character that is not
 * white space in at least one chunk, no chunk over the limit. The same text and settings give the same chunks.
 */
export function chunkText(text: string, structure: TextStructure, settings: ChunkSettings): ChunkInput[] {
  const atoms = takeApart(text, structure, settings);
  const ruler = new Ruler(atoms);
  const sections = findSections(atoms);
  const limits = limitsOf(settings);
  const pieces = groupSections(sections, ruler, limits).flatMap((group) =>
    packGroup(text, atoms, ruler, group, limits),
  );
  const headings = new HeadingFinder(sections);
  return pieces.flatMap((piece) => toChunk(text, atoms, piece, headings.of(piece), ruler));
}

/** Sections with less than a quarter of a chunk join a neighbour. */
const SMALL_SHARE = 4;

function limitsOf(settings: ChunkSettings) {
  return {
    budget: settings.chunkTokens - COUNT_SLACK,
    minTokens: Math.floor(settings.chunkTokens / SMALL_SHARE),
    overlapTokens: settings.chunkOverlapTokens,
  };
}

function toChunk(
  text: string,
  atoms: readonly Atom[],
  piece: Piece,
  headings: readonly string[],
  ruler: Ruler,
): ChunkInput[] {
  const raw = text.slice(atoms[piece.from]?.start, atoms[piece.to - 1]?.end);
  const start = (atoms[piece.from]?.start ?? 0) + raw.length - raw.trimStart().length;
  const body = raw.trim();
  if (body === '') return [];
  return [
    {
      text: body,
      headings,
      start,
      end: start + body.length,
      tokens: ruler.tokens(piece.from, piece.to),
      language: detectLanguage(body),
      hash: contentHash(`${headings.join('\n')}\n\n${body}`),
    },
  ];
}

/** Finds the heading path of pieces that are asked for in order. */
class HeadingFinder {
  readonly #sections: readonly Section[];
  #next = 0;

  constructor(sections: readonly Section[]) {
    this.#sections = sections;
  }

  of(piece: Piece): readonly string[] {
    while ((this.#sections[this.#next]?.to ?? piece.to) <= piece.own) this.#next++;
    const paths: (readonly string[])[] = [];
    for (let index = this.#next; (this.#sections[index]?.from ?? piece.to) < piece.to; index++)
      paths.push(this.#sections[index]?.path ?? []);
    return sharedPath(paths);
  }
}

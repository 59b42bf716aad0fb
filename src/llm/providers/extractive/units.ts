import type { Source } from '../../spec.js';
import { type Block, readBlocks } from './blocks.js';
import { plainInline } from './inline.js';
import { splitSentences } from './sentences.js';
import { termsOf } from './terms.js';

/** A piece of a passage that can be quoted by itself. */
export interface Unit {
  readonly kind: 'sentence' | 'list' | 'table' | 'code';
  /** Number of its passage. */
  readonly n: number;
  /** Place within its passage. */
  readonly order: number;
  /** The words that lead into a list, table or code block, or the sentence itself; may be empty. */
  readonly lead: string;
  /** The list, table or fenced code, below the lead; empty for a sentence. */
  readonly body: string;
  readonly pieces: ReadonlySet<string>;
  /** Pieces of the heading right above the unit. */
  readonly sectionPieces: ReadonlySet<string>;
  /** Pieces of the title and of the headings further up. */
  readonly contextPieces: ReadonlySet<string>;
}

const LIST_LIMIT_CHARACTERS = 800;
const CODE_LIMIT_LINES = 40;
const UNITS_LIMIT = 400;
const CODE_FILE =
  /\.(?:ts|tsx|js|jsx|mjs|cjs|py|java|kt|go|rs|c|h|cc|cpp|hpp|cs|rb|php|swift|scala|sh|sql|lua|r|dart)$/i;

/** Every quotable piece of the passages, in order; at most 400. */
export function readUnits(passages: readonly Source[]): Unit[] {
  const units: Unit[] = [];
  for (const passage of passages) {
    if (units.length >= UNITS_LIMIT) break;
    units.push(...(CODE_FILE.test(passage.source) ? codeFileUnits(passage) : proseUnits(passage)));
  }
  return units.slice(0, UNITS_LIMIT);
}

type Draft = Pick<Unit, 'kind' | 'lead' | 'body'>;

function proseUnits(passage: Source): Unit[] {
  const units: Unit[] = [];
  let section = '';
  let drafts: Draft[] = [];
  const flush = (): void => {
    for (const draft of joinLeads(drafts)) units.push(toUnit(draft, passage, section, units.length));
    drafts = [];
  };
  for (const group of groupItems(readBlocks(passage.text))) {
    if (group[0]?.kind === 'heading') {
      flush();
      section = group[0].text;
    } else drafts.push(...draftsOf(group));
  }
  flush();
  return units;
}

/** Neighbouring list items come together. */
function groupItems(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    if (block.kind === 'item' && groups.at(-1)?.[0]?.kind === 'item') groups.at(-1)?.push(block);
    else groups.push([block]);
  }
  return groups;
}

function draftsOf(group: readonly Block[]): Draft[] {
  const [block] = group;
  switch (block?.kind) {
    case 'paragraph':
      return splitSentences(plainInline(block.text)).map(sentence);
    case 'record':
      return [sentence(plainInline(block.text))];
    case 'item':
      return listDrafts(group.filter((item) => item.kind === 'item'));
    case 'table':
      return tableDrafts(block.text);
    case 'code':
      return block.text.split('\n').length <= CODE_LIMIT_LINES
        ? [{ kind: 'code', lead: '', body: block.text }]
        : [];
    default:
      return [];
  }
}

function sentence(text: string): Draft {
  return { kind: 'sentence', lead: text, body: '' };
}

type Item = Extract<Block, { kind: 'item' }>;

/** A short list is quoted whole; of a long one each item stands alone. */
function listDrafts(items: readonly Item[]): Draft[] {
  const lines = items.map(({ indent, marker, text }) => {
    const bullet = /\d/.test(marker) ? marker : '-';
    return { indent, text: `${bullet} ${plainInline(text)}` };
  });
  const outermost = Math.min(...lines.map(({ indent }) => indent));
  const body = lines.map(({ indent, text }) => ' '.repeat(indent - outermost) + text).join('\n');
  if (body.length <= LIST_LIMIT_CHARACTERS && lines.length > 1) return [{ kind: 'list', lead: '', body }];
  return lines.flatMap(({ text }) => splitSentences(text.replace(/^\S+ /, '')).map(sentence));
}

/** A short table is quoted whole; of a long one each row stands alone, below the table's head. */
function tableDrafts(table: string): Draft[] {
  const draft = (body: string): Draft => ({ kind: 'table', lead: '', body });
  if (table.length <= LIST_LIMIT_CHARACTERS) return [draft(table)];
  const [head = '', rule = '', ...rows] = table.split('\n');
  return rows.map((row) => draft([head, rule, row].join('\n')));
}

/** "You can choose:" belongs to the list or code that follows it; alone it says nothing and is left out. */
function joinLeads(drafts: readonly Draft[]): Draft[] {
  const joined: Draft[] = [];
  for (const draft of drafts) {
    const before = joined.at(-1);
    if (draft.kind !== 'sentence' && before?.kind === 'sentence' && /[:：]$/.test(before.lead))
      joined[joined.length - 1] = { ...draft, lead: before.lead };
    else joined.push(draft);
  }
  return joined.filter(({ kind, lead }) => kind !== 'sentence' || (lead.length > 1 && !/[:：]$/.test(lead)));
}

/** Source code is quoted by its paragraphs. */
function codeFileUnits(passage: Source): Unit[] {
  const language = passage.source.slice(passage.source.lastIndexOf('.') + 1);
  return passage.text
    .split(/\n\s*\n/)
    .filter((text) => text.trim() !== '' && text.split('\n').length <= CODE_LIMIT_LINES)
    .map((text, order) => {
      const body = `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
      return toUnit({ kind: 'code', lead: '', body }, passage, '', order);
    });
}

function toUnit(draft: Draft, passage: Source, section: string, order: number): Unit {
  const context = [passage.title, ...passage.headings].join(' ');
  return {
    ...draft,
    n: passage.n,
    order,
    pieces: pieceSet(`${draft.lead} ${draft.body}`),
    sectionPieces: pieceSet(section === '' ? (passage.headings.at(-1) ?? '') : section),
    contextPieces: pieceSet(context),
  };
}

function pieceSet(text: string): Set<string> {
  return new Set(termsOf(text).flatMap((term) => term.pieces));
}

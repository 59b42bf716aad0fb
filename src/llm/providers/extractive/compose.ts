import type { Source } from '../../spec.js';
import { plainInline } from './inline.js';
import type { FramingLanguage } from './language.js';
import { PHRASES } from './phrases.js';
import type { Unit } from './units.js';

/** The answer in pieces, each a sentence or block with its marker; joined they are the whole text. */
export function composeAnswer(
  chosen: readonly Unit[],
  passages: readonly Source[],
  language: FramingLanguage,
): string[] {
  const groups = groupByPassage(chosen);
  const pieces = [`${PHRASES[language].quoted}\n\n`];
  let place = '';
  groups.forEach((units, index) => {
    if (index > 0) pieces.push('\n\n');
    const label = groups.length > 1 ? labelOf(passages.find(({ n }) => n === units[0]?.n)) : '';
    if (label !== '' && label !== place) pieces.push(`**${label}**\n\n`);
    place = label;
    pieces.push(...quote(units));
  });
  return pieces;
}

/** What to say when nothing fits: so, and where to look. */
export function composeNothing(passages: readonly Source[], language: FramingLanguage): string[] {
  const { nothing, closest } = PHRASES[language];
  const places = passages.slice(0, 2).map((passage) => `\n- ${labelOf(passage)} [${passage.n}]`);
  return places.length === 0 ? [nothing] : [nothing, `\n\n${closest}`, ...places];
}

/** Passages in the order of their best unit, units within them in reading order. */
function groupByPassage(units: readonly Unit[]): Unit[][] {
  const groups = new Map<number, Unit[]>();
  for (const unit of units) groups.set(unit.n, [...(groups.get(unit.n) ?? []), unit]);
  return [...groups.values()].map((group) => group.sort((a, b) => a.order - b.order));
}

function quote(units: readonly Unit[]): string[] {
  return units.map((unit, index) => {
    const before = units[index - 1];
    return `${before === undefined ? '' : gap(before, unit)}${render(unit)}`;
  });
}

/** Sentences that follow each other stay together; anything else starts a paragraph. */
function gap(before: Unit, unit: Unit): string {
  const follows = unit.order === before.order + 1 && before.body === '' && unit.body === '';
  return follows ? ' ' : '\n\n';
}

function render({ lead, body, n }: Unit): string {
  if (body === '') return `${lead} [${n}]`;
  if (lead !== '') return `${lead} [${n}]\n\n${body}`;
  return body.startsWith('-') || /^\d/.test(body) ? `${body} [${n}]` : `${body}\n\n[${n}]`;
}

/** Where a passage stands: its last two headings, else its title or file. */
function labelOf(passage: Source | undefined): string {
  if (passage === undefined) return '';
  const path = [passage.title, ...passage.headings]
    .map(plainInline)
    .filter((part, index, all) => part !== '' && part !== all[index - 1]);
  return path.slice(-2).join(' › ') || passage.source;
}

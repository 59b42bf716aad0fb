import type { Atom } from './atoms.js';

/** A heading with what stands under it up to the next heading: atoms [from, to). */
export interface Section {
  readonly from: number;
  readonly to: number;
  /** 1 to 6; 0 for what stands before the first heading. */
  readonly level: number;
  /** Headings from the top down to this one. */
  readonly path: readonly string[];
}

/** Sections in order; the first is the part before any heading, and may be empty. */
export function findSections(atoms: readonly Atom[]): Section[] {
  const starts = atoms.flatMap((atom, index) => (atom.heading ? [index] : []));
  const sections: Section[] = [{ from: 0, to: starts[0] ?? atoms.length, level: 0, path: [] }];
  const open: { level: number; title: string }[] = [];
  for (const [order, from] of starts.entries()) {
    const heading = atoms[from]?.heading;
    if (!heading) continue;
    while ((open.at(-1)?.level ?? 0) >= heading.level) open.pop();
    open.push(heading);
    sections.push({ from, to: starts[order + 1] ?? atoms.length, level: heading.level, path: titles(open) });
  }
  return sections;
}

function titles(open: readonly { title: string }[]): string[] {
  return open.map(({ title }) => title).filter((title) => title !== '');
}

/** Index after the last section that stands under `sections[index]`. */
export function subtreeEnd(sections: readonly Section[], index: number): number {
  const level = sections[index]?.level ?? 0;
  let end = index + 1;
  while (end < sections.length && (sections[end]?.level ?? 0) > level) end++;
  return end;
}

/** The headings that several sections share. */
export function sharedPath(paths: readonly (readonly string[])[]): readonly string[] {
  const [first, ...others] = paths;
  if (!first) return [];
  let length = first.length;
  for (const path of others) {
    while (length > 0 && !first.slice(0, length).every((title, depth) => path[depth] === title)) length--;
  }
  return first.slice(0, length);
}

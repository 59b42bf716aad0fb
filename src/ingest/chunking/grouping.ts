import type { Ruler } from './ruler.js';
import { type Section, subtreeEnd } from './sections.js';

/** A run of atoms [from, to) that becomes one chunk, or several when it holds more than the budget. */
export interface Group {
  readonly from: number;
  readonly to: number;
}

export interface GroupLimits {
  /** Most tokens of one chunk. */
  readonly budget: number;
  /** Groups with fewer tokens join a neighbour. */
  readonly minTokens: number;
}

/**
 * Lays section boundaries before size: a section with all its subsections that fits stays together, a larger one
 * is taken apart, and small ones join the next within the same parent. An edit therefore moves boundaries
 * only among its siblings.
 */
export function groupSections(sections: readonly Section[], ruler: Ruler, limits: GroupLimits): Group[] {
  return new Grouping(sections, ruler, limits).subtree(0);
}

class Grouping {
  readonly #sections: readonly Section[];
  readonly #ruler: Ruler;
  readonly #limits: GroupLimits;

  constructor(sections: readonly Section[], ruler: Ruler, limits: GroupLimits) {
    this.#sections = sections;
    this.#ruler = ruler;
    this.#limits = limits;
  }

  subtree(index: number): Group[] {
    const end = subtreeEnd(this.#sections, index);
    const whole = { from: this.#from(index), to: this.#from(end) };
    if (this.#tokens(whole) <= this.#limits.budget || end === index + 1) return [whole];
    const own = { from: whole.from, to: this.#from(index + 1) };
    return this.#joinSmall([own, ...this.#children(index + 1, end)].filter(({ from, to }) => to > from));
  }

  #children(from: number, end: number): Group[] {
    const groups: Group[] = [];
    for (let index = from; index < end; index = subtreeEnd(this.#sections, index))
      groups.push(...this.subtree(index));
    return groups;
  }

  #joinSmall(groups: readonly Group[]): Group[] {
    const joined: Group[] = [];
    for (const group of groups) {
      const last = joined.at(-1);
      if (last && this.#isSmall(last) && this.#mayJoin(last, group))
        joined[joined.length - 1] = join(last, group);
      else joined.push(group);
    }
    this.#joinSmallEnd(joined);
    return joined;
  }

  #joinSmallEnd(groups: Group[]): void {
    const [before, last] = groups.slice(-2);
    if (!before || !last || !this.#isSmall(last) || !this.#mayJoin(before, last)) return;
    groups.splice(-2, 2, join(before, last));
  }

  /** Groups that are cut up anyway take in a small neighbour whatever their size. */
  #mayJoin(first: Group, second: Group): boolean {
    const { budget } = this.#limits;
    return (
      this.#tokens(first) > budget ||
      this.#tokens(second) > budget ||
      this.#tokens(join(first, second)) <= budget
    );
  }

  #isSmall(group: Group): boolean {
    return this.#tokens(group) < this.#limits.minTokens;
  }

  #tokens({ from, to }: Group): number {
    return this.#ruler.tokens(from, to);
  }

  #from(index: number): number {
    return this.#sections[index]?.from ?? this.#sections.at(-1)?.to ?? 0;
  }
}

function join(first: Group, second: Group): Group {
  return { from: first.from, to: second.to };
}

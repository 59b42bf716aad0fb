import type { Wanted } from './question.js';
import type { RankedUnit } from './rank.js';
import type { Unit } from './units.js';

/** Below this share of the question's weight a unit is not an answer to it. */
const LEAST_COVERAGE = 0.3;
/** Beside a unit that covers the question, one that covers less than this share of it is about something else. */
const LEAST_COVERAGE_OF_BEST = 0.5;
/** Units much weaker than the best only dilute the answer; most of all where one fact is asked for. */
const LEAST_OF_BEST = { fact: 0.62, other: 0.52 };
const LENGTH_LIMIT_CHARACTERS = 1_600;
/** Weight of being different from what is chosen already (maximal marginal relevance). */
const DIVERSITY = 0.35;

const FACTS: ReadonlySet<Wanted> = new Set(['person', 'time', 'number', 'place']);

/** The units to quote, best first: two to five that fit and differ; none when nothing fits. */
export function selectUnits(ranked: readonly RankedUnit[], wanted: Wanted): Unit[] {
  const best = ranked[0]?.score ?? 0;
  const leastCoverage = Math.max(LEAST_COVERAGE, LEAST_COVERAGE_OF_BEST * (ranked[0]?.coverage ?? 0));
  const isFact = FACTS.has(wanted);
  const leastScore = best * (isFact ? LEAST_OF_BEST.fact : LEAST_OF_BEST.other);
  const pool = ranked.filter(({ coverage, score }) => coverage >= leastCoverage && score >= leastScore);
  const limit = isFact ? 3 : 5;
  const chosen: Unit[] = [];
  let characters = 0;
  while (chosen.length < limit && pool.length > 0) {
    const [next] = pool.splice(mostUseful(pool, chosen, best), 1) as [RankedUnit];
    if (repeats(next.unit, chosen)) continue;
    characters += next.unit.lead.length + next.unit.body.length;
    if (chosen.length > 0 && characters > LENGTH_LIMIT_CHARACTERS) break;
    chosen.push(next.unit);
  }
  return chosen;
}

function mostUseful(pool: readonly RankedUnit[], chosen: readonly Unit[], best: number): number {
  let index = 0;
  let top = Number.NEGATIVE_INFINITY;
  pool.forEach(({ unit, score }, position) => {
    const value = (1 - DIVERSITY) * (score / best) - DIVERSITY * closeness(unit, chosen);
    if (value > top) [index, top] = [position, value];
  });
  return index;
}

/** Overlapping passages repeat sentences. */
function repeats(unit: Unit, chosen: readonly Unit[]): boolean {
  return closeness(unit, chosen) > 0.8;
}

function closeness(unit: Unit, chosen: readonly Unit[]): number {
  return Math.max(0, ...chosen.map((other) => overlap(unit.pieces, other.pieces)));
}

/** Overlap coefficient: shared pieces over the smaller set. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  if (small.size === 0) return 0;
  let shared = 0;
  for (const piece of small) if (large.has(piece)) shared++;
  return shared / small.size;
}

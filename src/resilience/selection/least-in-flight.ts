import type { Candidate, SelectionPolicy } from './policy.js';
import { cheapest } from './policy.js';
import { RoundRobin } from './round-robin.js';

/** The fewest calls under way for its weight; equals take turns. */
export class LeastInFlight<Member extends Candidate> implements SelectionPolicy<Member> {
  readonly #turns = new RoundRobin<Member>();

  pick(candidates: readonly Member[]): Member {
    const least = load(cheapest(candidates, load));
    return this.#turns.pick(candidates.filter((member) => load(member) === least));
  }
}

function load({ inFlight, weight }: Candidate): number {
  return inFlight / weight;
}

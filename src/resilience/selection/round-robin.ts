import type { Candidate, SelectionPolicy } from './policy.js';
import { cheapest } from './policy.js';

/** Whoever waited longest for a call; stays fair when candidates come and go. Ignores weights. */
export class RoundRobin<Member extends Candidate> implements SelectionPolicy<Member> {
  readonly #turn = new WeakMap<Member, number>();
  #turns = 0;

  pick(candidates: readonly Member[]): Member {
    const chosen = cheapest(candidates, (member) => this.#turn.get(member) ?? 0);
    this.#turn.set(chosen, ++this.#turns);
    return chosen;
  }
}

import type { Candidate, SelectionPolicy } from './policy.js';
import { cheapest } from './policy.js';

/**
 * Calls in proportion to weights, spread evenly instead of in runs: nginx's "smooth" weighted round robin. Each
 * choice credits every candidate its weight and charges the chosen one the sum.
 */
export class Weighted<Member extends Candidate> implements SelectionPolicy<Member> {
  readonly #credit = new WeakMap<Member, number>();

  pick(candidates: readonly Member[]): Member {
    let sum = 0;
    for (const member of candidates) {
      this.#credit.set(member, this.#of(member) + member.weight);
      sum += member.weight;
    }
    const chosen = cheapest(candidates, (member) => -this.#of(member));
    this.#credit.set(chosen, this.#of(chosen) - sum);
    return chosen;
  }

  #of(member: Member): number {
    return this.#credit.get(member) ?? 0;
  }
}

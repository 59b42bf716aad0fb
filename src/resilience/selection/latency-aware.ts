import type { Candidate, SelectionPolicy } from './policy.js';

/**
 * The better of two candidates drawn by chance (Mitzenmacher's power of two choices), judged by the latency that
 * one more call would meet: moving average × (calls under way + 1) / weight. Never sends everybody to the fastest
 * at once, as choosing the best of all would; one that was not measured yet counts as fast as its rival.
 */
export class LatencyAware<Member extends Candidate> implements SelectionPolicy<Member> {
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  pick(candidates: readonly Member[]): Member {
    const first = this.#index(candidates.length);
    const one = candidates[first] as Member;
    if (candidates.length === 1) return one;
    const step = 1 + this.#index(candidates.length - 1);
    const other = candidates[(first + step) % candidates.length] as Member;
    return cost(one, other) <= cost(other, one) ? one : other;
  }

  #index(length: number): number {
    return Math.min(length - 1, Math.floor(this.#random() * length));
  }
}

function cost(member: Candidate, rival: Candidate): number {
  const latencyMs = member.latencyMs ?? rival.latencyMs ?? 1;
  return (latencyMs * (member.inFlight + 1)) / member.weight;
}

/** What a policy may know about one of several equal services. */
export interface Candidate {
  /** Share of the calls that it shall get, relative to the others; above 0. */
  readonly weight: number;
  /** Calls under way. */
  readonly inFlight: number;
  /** How long it lately took to give a first result, in milliseconds; undefined when not known. */
  readonly latencyMs: number | undefined;
}

/** Chooses where the next call goes. May remember what it chose; holds no candidate alive. */
export interface SelectionPolicy<Member extends Candidate> {
  /** One of `candidates`, which may be different ones each time but never none. */
  pick(candidates: readonly Member[]): Member;
}

/** The member with the smallest cost, the first of equals. */
export function cheapest<Member>(members: readonly Member[], cost: (member: Member) => number): Member {
  let best = members[0] as Member;
  let least = cost(best);
  for (const member of members) {
    const price = cost(member);
    if (price < least) [best, least] = [member, price];
  }
  return best;
}

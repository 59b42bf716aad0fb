/** What may be in a `LinkedSet`: a member carries its own place, so it can be in one set only. */
export abstract class Linked {
  /** For the set. */
  before: Linked | undefined;
  /** For the set. */
  after: Linked | undefined;
}

/** Where a chain begins and ends. */
class Anchor extends Linked {
  override before: Linked = this;
  override after: Linked = this;
}

/**
 * A set of what comes and goes thousands of times a second.
 *
 *   anchor ⇄ oldest ⇄ … ⇄ newest ⇄ anchor
 *
 * A `Set` or `Map` lives in a table that is replaced by a new one every few hundred changes. A table that has reached
 * V8's old generation before it is replaced keeps everybody in it alive until the next full collection, and with each
 * stream all that the stream holds: nearly all state of all streams is then copied into the old generation. Members
 * that leave a chain are let go at once.
 */
export class LinkedSet<Member extends Linked> {
  readonly #anchor = new Anchor();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(member: Member): boolean {
    return member.after !== undefined;
  }

  /** Idempotent. A member of another set must not be added. */
  add(member: Member): void {
    if (this.has(member)) return;
    const { before } = this.#anchor;
    member.before = before;
    member.after = this.#anchor;
    before.after = member;
    this.#anchor.before = member;
    this.#size++;
  }

  /** False when it was not there. */
  delete(member: Member): boolean {
    const { before, after } = member;
    if (before === undefined || after === undefined) return false;
    before.after = after;
    after.before = before;
    member.before = undefined;
    member.after = undefined;
    this.#size--;
    return true;
  }

  /** The members of this moment, oldest first: whoever walks through them may add and delete. */
  members(): Member[] {
    const members: Member[] = [];
    for (let next = this.#anchor.after; next !== this.#anchor; next = next.after as Linked)
      members.push(next as Member);
    return members;
  }
}

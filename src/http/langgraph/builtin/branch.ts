import type { HistoryEntry, ThreadStore, Turn } from '../../../threads/spec.js';
import type { GraphPlace } from '../graph.js';
import { nameUuid } from '../uuid.js';
import type { StateMessage } from './messages.js';
import { noSuchPoint, type Point, printPoint } from './points.js';

/**
 * Turns of a thread that a state is made of; those before them are left out. A state is told several times in a run,
 * and the run's log is bounded.
 */
const TURN_LIMIT = 250;

/** A thread's newest turns, on all branches. */
export class Turns {
  /** The last turn of the current branch. */
  readonly head: number;
  readonly #place: GraphPlace;
  readonly #entries: ReadonlyMap<number, HistoryEntry>;

  private constructor(place: GraphPlace, head: number, entries: readonly HistoryEntry[]) {
    this.#place = place;
    this.head = head;
    this.#entries = new Map(entries.map((entry) => [sequenceOf(entry), entry]));
  }

  /** Rejects with `thread_not_found`. */
  static async load(store: ThreadStore, place: GraphPlace): Promise<Turns> {
    const { tenant, thread } = place;
    const [{ info }, { entries }] = await Promise.all([
      store.load(tenant, thread, { lastTurns: 0 }),
      store.history(tenant, thread, { limit: TURN_LIMIT, branches: 'all' }),
    ]);
    return new Turns(place, info.head, entries);
  }

  /** Newest first; without those that cannot be read. */
  get all(): readonly Turn[] {
    return [...this.#entries.values()]
      .flatMap((entry) => (entry.kind === 'turn' ? [entry.turn] : []))
      .sort((left, right) => right.sequence - left.sequence);
  }

  /** Undefined for the empty conversation. Throws `checkpoint_not_found` or `thread_record_unreadable`. */
  at(point: Point): Turn | undefined {
    if (point.sequence === 0) return undefined;
    const entry = this.#entries.get(point.sequence);
    if (entry === undefined) throw noSuchPoint(printPoint(point), this.#place.thread);
    if (entry.kind === 'unreadable') throw entry.error;
    return entry.turn;
  }

  /** The branch that ends in a turn, oldest first; it begins after what was pruned. */
  branchTo(sequence: number): Turn[] {
    const branch: Turn[] = [];
    let next = sequence;
    for (;;) {
      const entry = this.#entries.get(next);
      if (entry === undefined) return branch.reverse();
      if (entry.kind === 'turn') branch.push(entry.turn);
      next = entry.kind === 'turn' ? entry.turn.parent : entry.parent;
    }
  }

  messagesOf(turn: Turn): StateMessage[] {
    const kept = turn.facts?.extra?.message_ids as readonly string[] | undefined;
    const name = turn.run ?? `${this.#place.thread}/${turn.sequence}`;
    return turn.messages.map((message, index) => ({
      id: kept?.[index] ?? messageId(name, index),
      message,
    }));
  }
}

/** Ids of messages that came without one: of a run's, or of a turn's. */
export function messageId(name: string, index: number): string {
  return nameUuid(`message ${name} ${index}`);
}

function sequenceOf(entry: HistoryEntry): number {
  return entry.kind === 'turn' ? entry.turn.sequence : entry.sequence;
}

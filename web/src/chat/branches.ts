import { type Conversation, isStored, type Turn } from './conversation.js';

/**
 * The turns to show, oldest first: the branch that ends in the head, and what was asked on it but is not stored
 * (running, or failed), where it was asked.
 */
export function shownTurns({ turns, head }: Conversation): readonly Turn[] {
  const open = turns.filter((turn) => !isStored(turn));
  const openAfter = (sequence: number) => open.filter(({ after }) => after === sequence);
  return [...branchOf(turns, head).flatMap((turn) => [...openAfter(turn.after), turn]), ...openAfter(head)];
}

/** From the oldest known turn to the one with this sequence; older ones may not be loaded, or pruned. */
function branchOf(turns: readonly Turn[], sequence: number): readonly Turn[] {
  const bySequence = new Map(turns.filter(isStored).map((turn) => [turn.sequence, turn]));
  const branch: Turn[] = [];
  for (let turn = bySequence.get(sequence); turn; turn = bySequence.get(turn.after)) branch.push(turn);
  return branch.reverse();
}

export interface Versions {
  /** From 1. */
  readonly position: number;
  readonly count: number;
  /** Heads of the neighbouring versions; undefined at either end. */
  readonly previous: number | undefined;
  readonly next: number | undefined;
}

/** Where a turn stands among those that follow the same turn; undefined when it is alone. */
export function versionsOf({ turns, head }: Conversation, turn: Turn): Versions | undefined {
  if (!isStored(turn) && turn.after !== head) return undefined;
  const siblings = turns.filter((other) => isStored(other) && other.after === turn.after);
  const all = isStored(turn) ? siblings : [...siblings, turn];
  const index = all.findIndex(({ id }) => id === turn.id);
  if (all.length < 2 || index < 0) return undefined;
  return {
    position: index + 1,
    count: all.length,
    previous: headOf(turns, all[index - 1]),
    next: headOf(turns, all[index + 1]),
  };
}

/** The newest turn of those that descend from `root`, itself among them: where one was when one last left it. */
function headOf(turns: readonly Turn[], root: Turn | undefined): number | undefined {
  if (!root || !isStored(root)) return undefined;
  const family = new Set([root.sequence]);
  for (const turn of turns) if (isStored(turn) && family.has(turn.after)) family.add(turn.sequence);
  return Math.max(...family);
}

/** Whether turns that come before the first shown one are not loaded. */
export function hasEarlier(conversation: Conversation): boolean {
  const [first] = shownTurns(conversation);
  return first !== undefined && first.after !== 0;
}

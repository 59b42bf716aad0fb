import { pathIncludes } from '../../../threads/index.js';
import type { HistoryEntry, ThreadState, ThreadStore } from '../../../threads/spec.js';

/** Records of a thread with branches that are looked through for versions of a turn. */
const MAX_RECORDS = 1_000;

/** The turns of a thread, with what is known of its branches. */
export interface Branches {
  /** In the order of their numbers. */
  readonly entries: readonly HistoryEntry[];
  /** The turns with the same parent as the one given, itself among them. */
  versionsOf(entry: Parent): readonly number[];
  /** Give it as `before` for the turns before these. */
  readonly nextBefore: number | undefined;
}

export interface BranchesAsked {
  readonly limit: number;
  readonly before?: number | undefined;
  readonly branches: 'current' | 'all';
}

interface Parent {
  readonly sequence: number;
  readonly parent: number;
}

/** Where a thread never branched, its turns are read page by page; else its newest records are read to know them. */
export async function readBranches(
  threads: ThreadStore,
  tenant: string,
  state: ThreadState,
  asked: BranchesAsked,
): Promise<Branches> {
  const { id, records, turns } = state.info;
  if (records === turns) return straight(threads, tenant, id, asked);
  const { entries } = await threads.history(tenant, id, { limit: MAX_RECORDS, branches: 'all' });
  const versions = versionsByParent(entries.map(placeOf));
  const { limit, before = Number.MAX_SAFE_INTEGER, branches } = asked;
  const wanted = entries
    .filter((entry) => placeOf(entry).sequence < before)
    .filter((entry) => branches === 'all' || pathIncludes(state.path, placeOf(entry).sequence));
  const page = wanted.slice(0, limit);
  const last = page.at(-1);
  return {
    entries: page.toReversed(),
    versionsOf: ({ sequence, parent }) => versions.get(parent) ?? [sequence],
    nextBefore: wanted.length > page.length && last ? placeOf(last).sequence : undefined,
  };
}

/** The newest turn that comes after another on any branch; the turn itself where none does. */
export async function newestAfter(
  threads: ThreadStore,
  tenant: string,
  thread: string,
  sequence: number,
): Promise<number> {
  const { entries } = await threads.history(tenant, thread, { limit: MAX_RECORDS, branches: 'all' });
  const after = new Set([sequence]);
  for (const entry of entries.toReversed()) {
    const place = placeOf(entry);
    if (after.has(place.parent)) after.add(place.sequence);
  }
  return Math.max(...after);
}

async function straight(
  threads: ThreadStore,
  tenant: string,
  thread: string,
  { limit, before }: BranchesAsked,
): Promise<Branches> {
  const page = await threads.history(tenant, thread, { limit, ...(before !== undefined && { before }) });
  return {
    entries: page.entries.toReversed(),
    versionsOf: ({ sequence }) => [sequence],
    nextBefore: page.nextBefore,
  };
}

function versionsByParent(places: readonly Parent[]): Map<number, number[]> {
  const byParent = new Map<number, number[]>();
  for (const { sequence, parent } of places.toReversed())
    byParent.set(parent, [...(byParent.get(parent) ?? []), sequence]);
  return byParent;
}

function placeOf(entry: HistoryEntry): Parent {
  return entry.kind === 'turn' ? entry.turn : entry;
}

import { pathIncludes } from '../../../threads/index.js';
import type { HistoryEntry, ThreadState, ThreadStore } from '../../../threads/spec.js';

/** Records of a thread with branches that are read at a time. */
const PAGE = 1_000;

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

/**
 * Where a thread never branched, its turns are read page by page; else all records down to the oldest that can be a
 * version of a turn asked for.
 */
export async function readBranches(
  threads: ThreadStore,
  tenant: string,
  state: ThreadState,
  asked: BranchesAsked,
): Promise<Branches> {
  const { id, records, turns } = state.info;
  if (records === turns) return straight(threads, tenant, id, asked);
  const { limit, before = Number.MAX_SAFE_INTEGER, branches } = asked;
  const versions = new Map<number, number[]>();
  const wanted: HistoryEntry[] = [];
  await readDown(threads, tenant, id, (entries, unreadBelow) => {
    for (const entry of entries) {
      const { sequence, parent } = placeOf(entry);
      const known = versions.get(parent);
      if (known === undefined) versions.set(parent, [sequence]);
      else known.push(sequence);
      if (sequence >= before || wanted.length > limit) continue;
      if (branches === 'all' || pathIncludes(state.path, sequence)) wanted.push(entry);
    }
    return wanted.length > limit && wanted.every((entry) => unreadBelow <= placeOf(entry).parent + 1);
  });
  const page = wanted.slice(0, limit);
  const last = page.at(-1);
  return {
    entries: page.toReversed(),
    versionsOf: ({ sequence, parent }) => versions.get(parent)?.toReversed() ?? [sequence],
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
  const later: Parent[] = [];
  await readDown(threads, tenant, thread, (entries, unreadBelow) => {
    for (const entry of entries) later.push(placeOf(entry));
    return unreadBelow <= sequence + 1;
  });
  const after = new Set([sequence]);
  let newest = sequence;
  for (const place of later.reverse()) {
    if (!after.has(place.parent)) continue;
    after.add(place.sequence);
    newest = Math.max(newest, place.sequence);
  }
  return newest;
}

/** All branches, newest first, until `take` has enough. What was not read has sequences below `unreadBelow`. */
async function readDown(
  threads: ThreadStore,
  tenant: string,
  thread: string,
  take: (entries: readonly HistoryEntry[], unreadBelow: number) => boolean,
): Promise<void> {
  for (let before: number | undefined; ; ) {
    const page = { limit: PAGE, branches: 'all', ...(before !== undefined && { before }) } as const;
    const { entries, nextBefore } = await threads.history(tenant, thread, page);
    if (take(entries, nextBefore ?? 0) || nextBefore === undefined) return;
    before = nextBefore;
  }
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

/** Without the turn itself: thousands of places may be held at a time. */
function placeOf(entry: HistoryEntry): Parent {
  const { sequence, parent } = entry.kind === 'turn' ? entry.turn : entry;
  return { sequence, parent };
}

/** A segment as the policy sees it. */
export interface SegmentShape {
  readonly id: number;
  readonly rows: number;
  /** Rows whose chunks are gone. */
  readonly dead: number;
  /** Only segments with the vectors of the same embedders may be joined. */
  readonly embedders: string;
  /** Too large to be scanned: has a graph, or should have. */
  readonly large: boolean;
}

/** Between commits, flat segments are joined only beyond this number: a commit stays cheap. */
const TIDY_FLAT_SEGMENTS = 16;

/** Large segments are joined beyond this number; building a graph anew is what costs. */
const MAX_LARGE_SEGMENTS = 8;

/** A segment with a larger share of dead rows is written anew. */
const DEAD_SHARE = 0.2;

/** Which segments to join after a commit while a run goes on; empty when it is fine as it is. */
export function planTidy(segments: readonly SegmentShape[]): number[] {
  return firstOf(groups(segments), (group) => {
    const flat = group.filter((segment) => !segment.large);
    return flat.length > TIDY_FLAT_SEGMENTS ? geometricPrefix(flat) : [];
  });
}

/** Which segments to join next when a run is over; ask again until it is empty. */
export function planOptimise(segments: readonly SegmentShape[]): number[] {
  return firstOf(groups(segments), optimiseGroup);
}

function optimiseGroup(segments: readonly SegmentShape[]): number[] {
  const flat = segments.filter((segment) => !segment.large);
  const joined = geometricPrefix(flat);
  if (joined.length > 0) return joined;
  const worn = segments.find((segment) => segment.dead > segment.rows * DEAD_SHARE);
  if (worn) return [worn.id];
  const large = segments.filter((segment) => segment.large);
  return large.length > MAX_LARGE_SEGMENTS ? smallest(large, large.length >> 1) : [];
}

function groups(segments: readonly SegmentShape[]): SegmentShape[][] {
  const byEmbedders = new Map<string, SegmentShape[]>();
  for (const segment of segments)
    byEmbedders.set(segment.embedders, [...(byEmbedders.get(segment.embedders) ?? []), segment]);
  return [...byEmbedders.values()];
}

function firstOf(
  candidates: readonly SegmentShape[][],
  plan: (group: readonly SegmentShape[]) => number[],
): number[] {
  for (const group of candidates) {
    const ids = plan(group);
    if (ids.length > 0) return ids;
  }
  return [];
}

/**
 * From the smallest up, all that are at most twice the sum of those before: at most about log2 of the rows remain, and
 * a row is rewritten about as often.
 */
function geometricPrefix(segments: readonly SegmentShape[]): number[] {
  const ascending = [...segments].sort((a, b) => a.rows - b.rows);
  const ids: number[] = [];
  let sum = 0;
  for (const { id, rows } of ascending) {
    if (ids.length > 0 && rows > 2 * sum) break;
    ids.push(id);
    sum += rows;
  }
  return ids.length > 1 ? ids : [];
}

function smallest(segments: readonly SegmentShape[], count: number): number[] {
  return [...segments]
    .sort((a, b) => a.rows - b.rows)
    .slice(0, count)
    .map((segment) => segment.id);
}

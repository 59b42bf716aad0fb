/** The candidate that `wrong` most likely meant, or undefined when none is near. Case and separators count little. */
export function nearest(wrong: string, candidates: Iterable<string>): string | undefined {
  const target = normalise(wrong);
  const limit = Math.max(2, Math.floor(target.length / 3));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(target, normalise(candidate));
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** The sentence for an error message: ` Did you mean "x"?`, or nothing. */
export function suggestion(wrong: string, candidates: Iterable<string>): string {
  const candidate = nearest(wrong, candidates);
  return candidate === undefined ? '' : ` Did you mean "${candidate}"?`;
}

function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost 1 each. */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + (same ? 0 : 1),
        swapped ? beforeLast[column - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length]!;
}

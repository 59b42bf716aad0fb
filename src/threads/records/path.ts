import type { SequenceRange } from '../spec.js';

/**
 * The turns of one branch, oldest first, as ranges of rising sequences. A branch that never forked is one range,
 * so that a long thread's ids cost a few bytes. As text, which both stores keep and Redis' scripts read: `1-57,60-61`.
 */
export type Path = readonly SequenceRange[];

/** Throws nothing: text that is no path is the empty one, and the thread is put together from its turns again. */
export function parsePath(text: string): Path {
  if (text === '') return [];
  return text.split(',').map((range) => {
    const [first, last] = range.split('-').map(Number);
    return [first as number, last as number];
  });
}

export function printPath(path: Path): string {
  return path.map(([first, last]) => `${first}-${last}`).join(',');
}

/** The path with one more turn at its end. */
export function appendToPath(path: Path, sequence: number): Path {
  const end = path.at(-1);
  if (end === undefined || end[1] + 1 !== sequence) return [...path, [sequence, sequence]];
  return [...path.slice(0, -1), [end[0], sequence]];
}

export function pathIncludes(path: Path, sequence: number): boolean {
  return path.some(([first, last]) => first <= sequence && sequence <= last);
}

export function pathLength(path: Path): number {
  return path.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

export function pathHead(path: Path): number {
  return path.at(-1)?.[1] ?? 0;
}

/** The part up to and with `sequence`. */
export function pathUpTo(path: Path, sequence: number): Path {
  return path
    .filter(([first]) => first <= sequence)
    .map(([first, last]) => [first, Math.min(last, sequence)] as const);
}

/** The part from `sequence` on. */
export function pathFrom(path: Path, sequence: number): Path {
  return path
    .filter(([, last]) => last >= sequence)
    .map(([first, last]) => [Math.max(first, sequence), last] as const);
}

/** The path without one turn. */
export function pathWithout(path: Path, sequence: number): Path {
  return [...pathUpTo(path, sequence - 1), ...pathFrom(path, sequence + 1)];
}

/** The last `count` turns below `before`, newest first. */
export function lastOfPath(path: Path, count: number, before = Number.MAX_SAFE_INTEGER): number[] {
  const found: number[] = [];
  for (let at = path.length - 1; at >= 0 && found.length < count; at--) {
    const [first, last] = path[at] as SequenceRange;
    for (let sequence = Math.min(last, before - 1); sequence >= first && found.length < count; sequence--)
      found.push(sequence);
  }
  return found;
}

/** The path of the turns given oldest first. */
export function pathOf(sequences: readonly number[]): Path {
  return sequences.reduce(appendToPath, [] as Path);
}

import type { ContentId } from './spec.js';

/** What became of entries: those that are new or changed, and the names of those that are gone. */
export interface Delta<Change> {
  readonly set: readonly (readonly [name: string, change: Change])[];
  readonly gone: readonly string[];
}

/** `change` gives undefined where nothing changed. */
export function deltaOf<Value, Change>(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  change: (before: Value | undefined, after: Value) => Change | undefined,
): Delta<Change> {
  const set: [string, Change][] = [];
  for (const [name, value] of after) {
    const changed = change(before.get(name), value);
    if (changed !== undefined) set.push([name, changed]);
  }
  return { set, gone: [...before.keys()].filter((name) => !after.has(name)) };
}

export function applyDelta<Value, Change>(
  before: ReadonlyMap<string, Value>,
  { set, gone }: Delta<Change>,
  apply: (before: Value | undefined, change: Change) => Value,
): Map<string, Value> {
  const after = new Map(before);
  for (const name of gone) after.delete(name);
  for (const [name, change] of set) after.set(name, apply(before.get(name), change));
  return after;
}

/** How many items two lists have in common at their start. */
export function commonStart(a: readonly ContentId[], b: readonly ContentId[]): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a[at] === b[at]) at++;
  return at;
}

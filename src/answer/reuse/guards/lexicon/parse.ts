/** The words of a list. */
export function wordsOf(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}

/** Word → the names of the groups that it is in: one group a line, named by its first word. */
export function groupsOf(lines: string, prefix: string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const line of lines.trim().split('\n')) {
    const words = line.trim().split(/\s+/);
    for (const word of words) groups.set(word, [...(groups.get(word) ?? []), `${prefix}${words[0]}`]);
  }
  return groups;
}

/** Word → the poles that it names, from lines `a words | b words`: `start/stop:a`. */
export function polesOf(lines: string): ReadonlyMap<string, readonly string[]> {
  const poles = new Map<string, string[]>();
  for (const line of lines.trim().split('\n')) {
    const [left, right] = line.split('|').map((side) => side.trim().split(/\s+/)) as [string[], string[]];
    const name = `${left[0]}/${right[0]}`;
    for (const word of left) poles.set(word, [...(poles.get(word) ?? []), `${name}:a`]);
    for (const word of right) poles.set(word, [...(poles.get(word) ?? []), `${name}:b`]);
  }
  return poles;
}

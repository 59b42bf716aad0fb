/** A glob as a test: `*` is any run of characters, `?` any one, every other character itself. Linear in the text. */
export function globTest(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const prefix = /^[^*?]*/.exec(pattern)?.[0] ?? '';
  const rest = pattern.slice(prefix.length);
  if (rest === '*') return (text) => text.startsWith(prefix);
  return (text) => text.startsWith(prefix) && matches([...rest], [...text.slice(prefix.length)]);
}

/** Goes back to the last star only, so that no pattern takes more than pattern × text steps. */
function matches(pattern: readonly string[], text: readonly string[]): boolean {
  let [at, from, star, resume] = [0, 0, -1, 0];
  while (from < text.length) {
    if (pattern[at] === '*') [star, resume, at] = [at, from, at + 1];
    else if (pattern[at] === '?' || pattern[at] === text[from]) [at, from] = [at + 1, from + 1];
    else if (star >= 0) [at, from, resume] = [star + 1, resume + 1, resume + 1];
    else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

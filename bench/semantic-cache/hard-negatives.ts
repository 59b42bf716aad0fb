export interface TopicText {
  /** Texts of one set mean the same. */
  readonly set: string;
  readonly topic: string;
  readonly text: string;
}

/**
 * For each text the `count` texts of other sets of its topic that share most pairs of characters with it (Dice), each
 * pair once. Characters rather than an embedder choose, so that every embedder is asked the same.
 */
export function hardNegatives(rows: readonly TopicText[], count: number): [string, string][] {
  const bigrams = rows.map(({ text }) => bigramsOf(text));
  const pairs = new Map<string, [string, string]>();
  rows.forEach((row, at) => {
    const others = rows
      .map((other, to) => ({ other, to }))
      .filter(({ other }) => other.topic === row.topic && other.set !== row.set)
      .map(({ other, to }) => ({ other, to, score: dice(bigrams[at]!, bigrams[to]!) }))
      .sort((x, y) => y.score - x.score || x.to - y.to)
      .slice(0, count);
    for (const { other, to } of others)
      pairs.set(`${Math.min(at, to)}-${Math.max(at, to)}`, [row.text, other.text]);
  });
  return [...pairs.values()];
}

function bigramsOf(text: string): Set<string> {
  const letters = text.replace(/[^\p{L}\p{N}]/gu, '');
  return new Set(
    Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2)),
  );
}

function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const bigram of a) if (b.has(bigram)) shared++;
  return (2 * shared) / Math.max(1, a.size + b.size);
}

/**
 * A text from which facts are taken one kind after the other: what one kind has taken is blank for the next, so that
 * the 3 of `v3.1` or of `3 Nov` is not also a number.
 */
export class FactScanner {
  #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** What nobody has taken, the rest blank. */
  get rest(): string {
    return this.#text;
  }

  /** Takes every match of a global pattern for which `read` gives a fact; undefined leaves the text as it is. */
  take(pattern: RegExp, read: (match: RegExpMatchArray) => string | undefined): string[] {
    const facts: string[] = [];
    this.#text = this.#text.replace(pattern, (...captured: unknown[]) => {
      const found = captured.find((part, at) => at > 0 && typeof part === 'number') as number;
      const groups = captured.slice(0, captured.indexOf(found)) as string[];
      const fact = read(groups as RegExpMatchArray);
      if (fact === undefined) return groups[0]!;
      facts.push(fact);
      return ' '.repeat(groups[0]!.length);
    });
    return facts;
  }
}

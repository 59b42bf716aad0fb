/** Characters that hold an identifier, a path or a version together when a word character follows. */
const JOINERS = new Set([...'_-./:\\@+#&'].map((joiner) => joiner.charCodeAt(0)));

export function isJoiner(codeUnit: number): boolean {
  return JOINERS.has(codeUnit);
}

/** Between a lower-case letter and a capital (`fileName`), and before the last capital of many (`HTTPServer`). */
const CAMEL_BOUNDARY = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

const HAS_INNER_CAPITAL = /[^A-Z][A-Z]|[A-Z]{2}[a-z]/;

/** The humps of one word without joiners; one element when it has none. */
export function camelParts(word: string): readonly string[] {
  return HAS_INNER_CAPITAL.test(word) ? word.split(CAMEL_BOUNDARY) : [word];
}

/** Characters that hold an identifier, a path, a version or a compound together when a word character follows. */
const JOINERS = new Set([...'_-./:\\@+#&'].map((joiner) => joiner.charCodeAt(0)));

export function isJoiner(codeUnit: number): boolean {
  return JOINERS.has(codeUnit);
}

/**
 * `fileName` → file·Name, `HTTPServer` → HTTP·Server, `utf8` → utf·8: a capital after a small letter, the last of
 * several capitals before a small letter, and wherever letters meet digits.
 */
const PART_BOUNDARY =
  /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u;

/** A cheap test that only words which may have a boundary pass; the boundary's own lookbehinds are slow. */
const MAY_HAVE_PARTS = /.[A-Z]|\d|[^a-zA-Z]/;

/** The parts of one word without joiners; a word without parts is returned as the only one. */
export function identifierParts(word: string): readonly string[] {
  return MAY_HAVE_PARTS.test(word) ? word.split(PART_BOUNDARY) : [word];
}

const JOINER_NOT_IN_NUMBER = /(?<!\p{N})[^\p{L}\p{N}\p{M}]|[^\p{L}\p{N}\p{M}](?!\p{N})/gu;

/** One spelling for `max_tokens`, `max-tokens` and `maxTokens`; numbers such as `3.11` and dates keep theirs. */
export function joinIdentifier(joined: string): string {
  return joined.replace(JOINER_NOT_IN_NUMBER, '').toLowerCase();
}

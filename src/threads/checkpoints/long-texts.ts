/** Shorter texts stay where they are: a content of its own costs about 60 bytes. */
const LONG_BYTES = 256;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Where the long string literals of JSON are, quotes excluded, never the whole. Any bytes may be given: what is found
 * is cut out and put back as it is.
 */
export function longTexts(bytes: Buffer): (readonly [start: number, end: number])[] {
  const found: (readonly [number, number])[] = [];
  if (bytes.length <= LONG_BYTES) return found;
  let open = bytes.indexOf(QUOTE);
  while (open !== -1) {
    const close = closingQuote(bytes, open + 1);
    if (close === -1) return found;
    if (close - open - 1 >= LONG_BYTES) found.push([open + 1, close]);
    open = bytes.indexOf(QUOTE, close + 1);
  }
  return found;
}

function closingQuote(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(QUOTE, from);
  while (at !== -1 && isEscaped(bytes, at, from)) at = bytes.indexOf(QUOTE, at + 1);
  return at;
}

function isEscaped(bytes: Buffer, at: number, from: number): boolean {
  let backslashes = 0;
  while (at - 1 - backslashes >= from && bytes[at - 1 - backslashes] === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

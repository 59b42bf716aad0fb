/**
 * Brings text into the one form that is stored: NFC (macOS writes Hangul decomposed), `\n` line ends, no byte order
 * mark, no NUL and no lone surrogate, which a database would change and so shift every offset behind it.
 */
export function tidyText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replaceAll('\0', ' ')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/^\ufeff/, '');
}

/** One line: white space collapsed. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Keeps extracted prose from being read as a heading or a fence. */
export function escapeBlockStart(line: string): string {
  return /^\s*(?:#{1,6}(?:\s|$)|```|~~~)/.test(line) ? line.replace(/^(\s*)/, '$1\\') : line;
}

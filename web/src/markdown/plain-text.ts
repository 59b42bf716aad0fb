/**
 * Without the marks of Markdown, which only disturb on one line. Passages may hold any text, such as drawn tables with
 * lines of hundreds of dashes: each step looks at a line once.
 */
export function plainText(markdown: string): string {
  return markdown
    .replace(/^[^\S\r\n\u2028\u2029]*(?:```|~~~).*$/gm, ' ')
    .replace(/^(?:[^\S\r\n\u2028\u2029]|[:|-])+$/gm, (line) => (line.includes('--') ? ' ' : line))
    .replace(/^[^\S\r\n\u2028\u2029]*(?:#{1,6}|>|[-*+]|\d{1,3}\.)\s+/gm, '')
    .replace(/!?\[([^[\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|__|`/g, '')
    .replaceAll('|', ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

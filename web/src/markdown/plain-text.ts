/** Without the marks of Markdown, which only disturb on one line. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/^\s*(?:```|~~~).*$/gm, ' ')
    .replace(/^\s*\|?[\s:|-]*-{2,}[\s:|-]*$/gm, ' ')
    .replace(/^\s*(?:#{1,6}|>|[-*+]|\d{1,3}\.)\s+/gm, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|__|`/g, '')
    .replaceAll('|', ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

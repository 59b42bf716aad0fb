/**
 * A link's target if it may be followed: http, https, or relative to this page. Everything else (`javascript:`,
 * `data:`, and what browsers would normalise into them by dropping control characters) is undefined.
 */
export function safeHref(target: string): string | undefined {
  if (hasControlOrSpace(target) || target === '') return undefined;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(target)?.[1]?.toLowerCase();
  if (scheme !== undefined) return scheme === 'http' || scheme === 'https' ? target : undefined;
  return /^[\\/]{2}/.test(target) ? undefined : target;
}

function hasControlOrSpace(text: string): boolean {
  return [...text].some((character) => character <= ' ' || character === '\u007f');
}

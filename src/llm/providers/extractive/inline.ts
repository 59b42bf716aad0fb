const ENTITIES: Readonly<Record<string, string>> = {
  '&nbsp;': ' ',
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/**
 * A line of Markdown as plain text: links become their words; images, HTML tags, anchors, emphasis and reference
 * numbers such as `[3]` go, because a bare number in brackets would be read as one of our citations.
 * Inline code stays as it is.
 */
export function plainInline(markdown: string): string {
  return withoutLinks(markdown)
    .split(/(`+[^`]+`+)/)
    .map((piece, index) => (index % 2 === 1 ? piece : plainPiece(piece)))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Code, or a link or image whose words may hold code. */
const CODE_OR_LINK = /(`+[^`]+`+)|(!?)\[((?:[^\]`]|`[^`]*`)+)\]\([^)]*\)/g;

function withoutLinks(text: string): string {
  return text.replace(CODE_OR_LINK, (whole, code?: string, image?: string, words?: string) => {
    if (code !== undefined) return whole;
    return image === '!' ? '' : (words ?? '');
  });
}

function plainPiece(text: string): string {
  return text
    .replace(/<\/?(?:br|td|th|tr|li|p|div|h[1-6])\b[^<>]*>/gi, ' ')
    .replace(/<\/?[a-zA-Z][^<>]*>/g, '')
    .replace(/\{\s*[#.:][^}]*\}/g, '')
    .replace(/\[\^?\d{1,3}(?:[,\s]+\d{1,3})*\]/g, '')
    .replace(/\*\*|__/g, '')
    .replace(/\*([^\s*](?:[^*]*[^\s*])?)\*/g, '$1')
    .replace(/(?<![\p{L}\p{N}_])_(?=\S)|(?<=\S)_(?![\p{L}\p{N}_])/gu, '')
    .replace(/&(?:nbsp|amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

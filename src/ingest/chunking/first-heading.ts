import { parseBlocks } from './blocks.js';

/** How far into a document its title is looked for. */
const SEARCH_CHARS = 8192;

/** The first top-level heading near the start of Markdown text; empty when there is none. */
export function firstHeading(text: string): string {
  const blocks = parseBlocks(text.slice(0, SEARCH_CHARS), 'markdown');
  for (const block of blocks) if (block.kind === 'heading' && block.level === 1) return block.title;
  return '';
}

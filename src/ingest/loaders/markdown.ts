import { decodeText } from './decode.js';
import { takeFrontMatter } from './front-matter.js';
import type { LoadedText, SourceFile } from './loader.js';
import { stripJsx } from './mdx.js';
import { tidyText } from './tidy.js';

/** Markdown, kept as it stands; YAML front matter becomes title and metadata. */
export function loadMarkdown({ bytes }: SourceFile): LoadedText {
  const { body, title, metadata } = takeFrontMatter(tidyText(decodeText(bytes).text));
  return { text: body, structure: 'markdown', title, mediaType: 'text/markdown', metadata };
}

/** MDX: Markdown without its imports, exports and component tags; what the components enclose stays. */
export function loadMdx(file: SourceFile): LoadedText {
  const loaded = loadMarkdown(file);
  return { ...loaded, text: stripJsx(loaded.text), mediaType: 'text/mdx' };
}

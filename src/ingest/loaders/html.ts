import { decodeText } from './decode.js';
import { toMetadata } from './front-matter.js';
import { htmlToMarkdown } from './html-to-markdown.js';
import type { LoadedText, SourceFile } from './loader.js';

const KEPT_META = ['author', 'description', 'keywords'];

/** HTML pages as readable text; author, description and keywords become metadata. */
export function loadHtml({ bytes }: SourceFile): LoadedText {
  const { text, title, meta } = htmlToMarkdown(decodeText(bytes).text);
  const kept = KEPT_META.flatMap((name) => (meta.has(name) ? [[name, meta.get(name)]] : []));
  return {
    text,
    structure: 'markdown',
    title: title === '' ? undefined : title,
    mediaType: 'text/html',
    metadata: toMetadata(Object.fromEntries(kept)),
  };
}

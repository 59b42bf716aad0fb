import { posix } from 'node:path';
import { NaraeError } from '../../core/index.js';
import { firstHeading } from '../chunking/index.js';
import { chooseFormat } from './choose.js';
import { loadCsv } from './csv.js';
import { loadDocx } from './docx.js';
import { loadHtml } from './html.js';
import { loadJson, loadNdjson } from './json.js';
import type { Format } from './kinds.js';
import { type LoadedText, type Loader, type LoadLimits, malformed, type SourceFile } from './loader.js';
import { loadMarkdown, loadMdx } from './markdown.js';
import { loadPdf } from './pdf.js';
import { loadCode, loadPlain } from './plain.js';
import { oneLine, tidyText } from './tidy.js';

const LOADERS: Readonly<Record<Format, Loader>> = {
  markdown: loadMarkdown,
  mdx: loadMdx,
  plain: loadPlain,
  html: loadHtml,
  pdf: loadPdf,
  docx: loadDocx,
  csv: (file) => loadCsv(file),
  tsv: (file) => loadCsv(file, '\t'),
  json: loadJson,
  ndjson: loadNdjson,
  code: loadCode,
};

export interface LoadedDocument extends LoadedText {
  readonly title: string;
}

export type LoadOutcome =
  | { readonly kind: 'document'; readonly document: LoadedDocument }
  | { readonly kind: 'skipped'; readonly reason: 'binary' | 'unsupported' | 'empty' };

const MAX_TITLE_CHARS = 300;

/** Reads a file of any supported kind. Throws only NaraeErrors: `file_malformed` or `file_unsafe`. */
export async function loadDocument(file: SourceFile, limits: LoadLimits): Promise<LoadOutcome> {
  const choice = chooseFormat(file.source, file.bytes);
  if (choice.kind === 'skip') return { kind: 'skipped', reason: choice.reason };
  const loaded = await runLoader(choice.format, file, limits);
  const text = tidyText(loaded.text);
  if (text.trim() === '') return { kind: 'skipped', reason: 'empty' };
  return { kind: 'document', document: { ...loaded, text, title: titleOf(file.source, loaded, text) } };
}

async function runLoader(format: Format, file: SourceFile, limits: LoadLimits): Promise<LoadedText> {
  try {
    return await LOADERS[format](file, limits);
  } catch (thrown) {
    if (thrown instanceof NaraeError) throw thrown;
    const tooMuch = thrown instanceof RangeError;
    const reason = tooMuch ? 'it is nested too deeply or too large' : `reading it as ${format} failed`;
    throw malformed(file.source, reason, thrown);
  }
}

/** The title that the document gives itself, else its first top heading, else its file name. */
function titleOf(source: string, loaded: LoadedText, text: string): string {
  const heading = loaded.structure === 'markdown' ? firstHeading(text) : '';
  const title = tidyText(loaded.title ?? '') || heading || posix.basename(source);
  return oneLine(title).slice(0, MAX_TITLE_CHARS);
}

import type { getDocumentProxy } from 'unpdf';
import { type LoadedText, malformed, type SourceFile } from './loader.js';
import { layOutPages, type PdfLine } from './pdf-layout.js';
import { oneLine } from './tidy.js';

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

const MAX_PAGES = 20_000;

/** PDF text, page by page; lines in larger type become headings. Scanned pages have no text. */
export async function loadPdf({ source, bytes }: SourceFile): Promise<LoadedText> {
  const document = await open(source, bytes);
  try {
    const pages: PdfLine[][] = [];
    for (let number = 1; number <= Math.min(document.numPages, MAX_PAGES); number++)
      pages.push(await readPage(document, number));
    return {
      text: layOutPages(pages),
      structure: 'markdown',
      title: await readTitle(document),
      mediaType: 'application/pdf',
      metadata: { pages: document.numPages },
    };
  } finally {
    await document.loadingTask.destroy();
  }
}

/** The parser takes its bytes over, hence the copy. */
async function open(source: string, bytes: Uint8Array): Promise<PdfDocument> {
  const { getDocumentProxy } = await import('unpdf');
  try {
    return await getDocumentProxy(bytes.slice(), { verbosity: 0, stopAtErrors: false });
  } catch (cause) {
    const locked = (cause as Error).name === 'PasswordException';
    throw malformed(source, locked ? 'it is protected by a password' : 'it cannot be read as PDF', cause);
  }
}

async function readPage(document: PdfDocument, number: number): Promise<PdfLine[]> {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  const lines: PdfLine[] = [];
  let open: { text: string; size: number; top: number } | undefined;
  for (const item of items) {
    if (!('str' in item)) continue;
    const [, , c = 0, d = 0, , top = 0] = item.transform as number[];
    open ??= { text: '', size: 0, top };
    open.text += item.str;
    if (item.str.trim() !== '') open.size = Math.max(open.size, Math.hypot(c, d));
    if (!item.hasEOL) continue;
    lines.push(open);
    open = undefined;
  }
  if (open) lines.push(open);
  page.cleanup();
  return lines;
}

async function readTitle(document: PdfDocument): Promise<string | undefined> {
  const { info } = await document.getMetadata();
  const { Title } = info as { Title?: unknown };
  const title = typeof Title === 'string' ? oneLine(Title) : '';
  return title === '' ? undefined : title;
}

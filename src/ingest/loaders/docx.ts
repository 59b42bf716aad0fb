import { zipSync } from 'fflate';
import { htmlToMarkdown } from './html-to-markdown.js';
import { type LoadedText, type LoadLimits, malformed, type SourceFile, unsafe } from './loader.js';
import { oneLine } from './tidy.js';
import { checkZipBomb, readZipDirectory, unpackEntry, type ZipEntry } from './zip.js';

const MEDIA_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
/** Building a tree takes about ten times the XML's size. */
const MAX_XML_BYTES = 64 * 1024 * 1024;

/** Word documents. Only the XML parts are unpacked, under limits; pictures are left alone. */
export async function loadDocx({ source, bytes }: SourceFile, limits: LoadLimits): Promise<LoadedText> {
  const parts = unpackParts(source, bytes, limits);
  if (!parts['word/document.xml']) throw malformed(source, 'it holds no Word document');
  const { default: mammoth } = await import('mammoth');
  const { value: html } = await mammoth.convertToHtml(
    { buffer: Buffer.from(zipSync(parts, { level: 0 })) },
    { externalFileAccess: false, convertImage: mammoth.images.imgElement(async () => ({ src: '' })) },
  );
  const { text } = htmlToMarkdown(html);
  const properties = propertiesOf(parts['docProps/core.xml']);
  return {
    text,
    structure: 'markdown',
    title: properties.title,
    mediaType: MEDIA_TYPE,
    metadata: properties.author ? { author: properties.author } : {},
  };
}

function unpackParts(source: string, bytes: Uint8Array, limits: LoadLimits): Record<string, Uint8Array> {
  const entries = readZipDirectory(source, bytes);
  checkZipBomb(source, bytes, entries, limits.maxUncompressedBytes);
  const needed = entries.filter(isNeeded);
  const total = needed.reduce((sum, entry) => sum + entry.bytes, 0);
  if (total > MAX_XML_BYTES)
    throw unsafe(source, `its text unfolds to ${total} bytes; the limit is ${MAX_XML_BYTES}`);
  return Object.fromEntries(needed.map((entry) => [entry.name, unpackEntry(source, bytes, entry)]));
}

function isNeeded({ name }: ZipEntry): boolean {
  return /^(?:\[Content_Types\]\.xml|_rels\/\.rels|word\/.*\.(?:xml|rels)|docProps\/core\.xml)$/.test(name);
}

function propertiesOf(core: Uint8Array | undefined): { title?: string; author?: string } {
  if (!core) return {};
  const xml = Buffer.from(core).toString('utf8');
  const title = propertyText(xml, 'dc:title');
  const author = propertyText(xml, 'dc:creator');
  return { ...(title && { title }), ...(author && { author }) };
}

function propertyText(xml: string, name: string): string {
  const from = xml.indexOf('>', xml.indexOf(`<${name}`)) + 1;
  const to = xml.indexOf(`</${name}>`, from);
  return xml.includes(`<${name}`) && to >= from ? oneLine(htmlToMarkdown(xml.slice(from, to)).text) : '';
}

import { isBinary } from './decode.js';
import { type Format, formatByName, skipByName } from './kinds.js';
import { zipHolds } from './zip.js';

export type Choice =
  | { readonly kind: 'load'; readonly format: Format }
  | { readonly kind: 'skip'; readonly reason: 'binary' | 'unsupported' | 'empty' };

/**
 * Decides by name and content which loader reads a file. Content wins where it is unmistakable (PDF, ZIP, HTML);
 * a file whose name promises PDF or DOCX goes to that loader, which then says what is wrong with it.
 */
export function chooseFormat(source: string, bytes: Uint8Array): Choice {
  if (bytes.length === 0) return { kind: 'skip', reason: 'empty' };
  const named = formatByName(source);
  if (startsWith(bytes, '%PDF-')) return load('pdf');
  if (named === 'pdf' || named === 'docx') return load(named);
  if (startsWith(bytes, 'PK\u0003\u0004')) return zipChoice(source, bytes);
  if (isBinary(bytes)) return { kind: 'skip', reason: skipByName(source) ?? 'binary' };
  const skip = skipByName(source);
  if (skip) return { kind: 'skip', reason: skip };
  if ((named ?? 'plain') === 'plain' && looksLikeHtml(bytes)) return load('html');
  return load(named ?? 'plain');
}

function load(format: Format): Choice {
  return { kind: 'load', format };
}

function zipChoice(source: string, bytes: Uint8Array): Choice {
  if (zipHolds(bytes, 'word/document.xml')) return load('docx');
  return { kind: 'skip', reason: skipByName(source) ?? 'binary' };
}

function startsWith(bytes: Uint8Array, magic: string): boolean {
  return latin1(bytes, magic.length) === magic;
}

function looksLikeHtml(bytes: Uint8Array): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*(?:<!doctype html|<html[\s>])/i.test(latin1(bytes, 200));
}

function latin1(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.length)).toString('latin1');
}

import { NaraeError } from '../../core/index.js';

const MAX_NAME_CHARS = 1024;

/**
 * Checks a file name given by a client and brings it into the form of a source: relative, `/` between parts, NFC.
 * Throws `path_outside_folder` for absolute paths and `..`, `invalid_name` for what no system should store.
 */
export function uploadSource(name: string): string {
  const source = name.normalize('NFC');
  if (source.trim() === '') throw invalid(source, 'it is empty');
  if (source.length > MAX_NAME_CHARS) throw invalid(`${source.slice(0, 50)}…`, 'it is too long');
  if (/\p{Cc}|\p{Surrogate}/u.test(source)) throw invalid(printable(source), 'it holds control characters');
  if (source.includes('\\')) throw invalid(source, 'it holds a backslash; put "/" between folders');
  const parts = source.split('/');
  if (source.startsWith('/') || /^[A-Za-z]:/.test(source) || parts.includes('..'))
    throw new NaraeError('path_outside_folder', { values: { source } });
  const kept = parts.filter((part) => part !== '.');
  if (kept.length === 0 || kept.some((part) => part.trim() === ''))
    throw invalid(source, 'a part of its path is empty');
  return kept.join('/');
}

function printable(name: string): string {
  return name.replace(/\p{Cc}|\p{Surrogate}/gu, '\ufffd');
}

function invalid(name: string, reason: string): NaraeError {
  return new NaraeError('invalid_name', { values: { name, reason }, field: 'source' });
}

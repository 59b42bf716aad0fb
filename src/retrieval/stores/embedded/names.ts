import { NaraeError } from '../../../core/index.js';

const MAX_NAME_CHARACTERS = 64;

/**
 * Throws `invalid_name` unless the name is 1 to 64 letters (of any script), digits, `-`, `_` or `.`, and neither begins
 * nor ends with a dot. Names are compared in Unicode form NFC, which this returns.
 */
export function checkCollectionName(name: string, field = 'collection'): string {
  const normal = name.normalize('NFC');
  const reason = nameProblem(normal);
  if (reason !== undefined)
    throw new NaraeError('invalid_name', { values: { name: normal.slice(0, 80), reason }, field });
  return normal;
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if ([...name].length > MAX_NAME_CHARACTERS) return `it has more than ${MAX_NAME_CHARACTERS} characters`;
  if (!/^[\p{L}\p{M}\p{N}._-]+$/u.test(name)) return 'use letters, digits, "-", "_" and "." only';
  if (name.startsWith('.') || name.endsWith('.')) return 'it may not begin or end with a dot';
  return undefined;
}

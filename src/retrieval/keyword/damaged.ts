import { basename } from 'node:path';
import { NaraeError } from '../../core/index.js';

/** The error that tells the owner to rebuild a segment. Names the file without its folder. */
export function damaged(path: string, reason: string, cause?: unknown): NaraeError {
  return new NaraeError('index_damaged', { values: { segment: basename(path), reason }, cause });
}

import { NaraeError } from '../../core/index.js';
import type { FailedFile } from '../spec.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it is gone, or a link that points to nothing',
  ELOOP: 'it is a link that leads back to itself',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its path is too long',
  EIO: 'the disk reports an error',
  ENXIO: 'it is not a regular file',
};

/** A system error in words, without the path. */
export function failureReason(thrown: unknown): string {
  const { code = 'unknown error' } = thrown as NodeJS.ErrnoException;
  return REASONS[code] ?? code;
}

/** What a report says about a file or folder that the system would not let us read. */
export function fileFailure(source: string, thrown: unknown): FailedFile {
  const error = new NaraeError('file_unreadable', { values: { source, reason: failureReason(thrown) } });
  return { source, code: error.code, message: error.message };
}

/** True when the file itself is gone, rather than out of reach for now. */
export function isGone(thrown: unknown): boolean {
  const { code } = thrown as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

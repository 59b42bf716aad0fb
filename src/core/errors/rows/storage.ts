import type { ErrorRow } from './row.js';

/** The data folder: its databases, its index, its disk. */
export const STORAGE_ERRORS = {
  storage_damaged: {
    status: 500,
    retryable: false,
    message:
      'The database {path} is damaged ({reason}). Move the file away and start again: folders are indexed anew; uploads and conversations that were in it come back only from a copy.',
  },
  storage_newer: {
    status: 500,
    retryable: false,
    message:
      'The database {path} was written by a newer version of Narae (format {found}, this one knows {known}). Update Narae.',
  },
  storage_full: {
    status: 507,
    retryable: true,
    message: 'The disk that holds {path} is full. Free some space; nothing that was stored is lost.',
  },
  storage_read_only: {
    status: 500,
    retryable: false,
    message:
      '{path} cannot be written ({reason}). Give the process write access or choose another place with --data.',
  },
  storage_busy: {
    status: 503,
    retryable: true,
    message: 'The database was locked for longer than {waitMs} ms by another process. Try again.',
  },
  index_damaged: {
    status: 500,
    retryable: true,
    message:
      'The search index segment {segment} is damaged: {reason}. It is rebuilt from the database; try again in a moment.',
  },
} as const satisfies Record<string, ErrorRow>;

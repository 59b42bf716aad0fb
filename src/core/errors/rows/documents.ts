import type { ErrorRow } from './row.js';

/** Files and folders, and what is read out of them into an index. */
export const DOCUMENT_ERRORS = {
  file_not_found: { status: 400, retryable: false, message: '"{path}" does not exist. Check the path.' },
  folder_not_found: {
    status: 400,
    retryable: false,
    message: 'The folder "{path}" does not exist. Check the path, or create it.',
  },
  not_a_folder: {
    status: 400,
    retryable: false,
    message: '"{path}" is not a folder. Give the folder that holds your documents.',
  },
  file_unreadable: {
    status: 422,
    retryable: false,
    message: '"{source}" could not be read: {reason}. Check its permissions.',
  },
  file_too_large: {
    status: 413,
    retryable: false,
    message:
      '"{source}" has {bytes} bytes; the limit is {limitBytes}. Split it or raise ingest.maxFileBytes.',
  },
  file_type_unsupported: {
    status: 415,
    retryable: false,
    message:
      '"{source}" is of a kind that cannot be read ({kind}). Supported: Markdown, MDX, text, HTML, PDF, DOCX, CSV, TSV, JSON, NDJSON and source code.',
  },
  file_malformed: {
    status: 422,
    retryable: false,
    message:
      '"{source}" is damaged or not what its name says: {reason}. Open it in its own program, save it again and retry.',
  },
  file_unsafe: { status: 422, retryable: false, message: '"{source}" was refused: {reason}.' },
  path_outside_folder: {
    status: 400,
    retryable: false,
    message: '"{source}" points outside the folder. Use a plain relative path without "..".',
  },
  ingest_failed: {
    status: 500,
    retryable: true,
    message: 'Indexing stopped: {reason}. What was committed stays; start again to finish the rest.',
  },
  ingest_out_of_memory: {
    status: 500,
    retryable: false,
    message:
      'Indexing needed more than {limitMb} MB. Raise ingest.memoryLimitMb or lower ingest.maxFileBytes; what was committed stays.',
  },
} as const satisfies Record<string, ErrorRow>;

import * as rows from './rows/index.js';

/**
 * The one table of errors. Every failure that a client, a log or the command line can see has a row here:
 * a stable code, the HTTP status, whether trying again can help, and a message that ends with the remedy.
 *
 * `{name}` in a message is filled from `values`. A test fails when `docs/reference/errors.md` misses a code.
 */
export const ERROR_TABLE = {
  ...rows.INPUT_ERRORS,
  ...rows.ACCESS_ERRORS,
  ...rows.EXISTENCE_ERRORS,
  ...rows.CONVERSATION_ERRORS,
  ...rows.DOCUMENT_ERRORS,
  ...rows.STORAGE_ERRORS,
  ...rows.MODEL_ERRORS,
  ...rows.CACHE_ERRORS,
  ...rows.GRAPH_ERRORS,
  ...rows.RUNNING_ERRORS,
  ...rows.CONFIGURATION_ERRORS,
} as const satisfies Record<string, rows.ErrorRow>;

export type ErrorCode = keyof typeof ERROR_TABLE;

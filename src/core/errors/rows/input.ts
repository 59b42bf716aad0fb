import type { ErrorRow } from './row.js';

/** What a request says is wrong with its form. */
export const INPUT_ERRORS = {
  invalid_json: {
    status: 400,
    retryable: false,
    message:
      'The request body is not valid JSON: {reason}. Send a JSON object with content-type application/json.',
  },
  invalid_request: { status: 400, retryable: false, message: '{reason}' },
  unknown_field: {
    status: 400,
    retryable: false,
    message:
      'Unknown field "{field}". Remove it or check its spelling; the fields are listed in /openapi.json.',
  },
  empty_question: {
    status: 400,
    retryable: false,
    message: 'The question is empty. Send at least one character of text.',
  },
  question_too_long: {
    status: 400,
    retryable: false,
    message:
      'The question has {characters} characters; the limit is {limit}. Shorten it or raise answer.maxQuestionCharacters.',
  },
  body_too_large: {
    status: 413,
    retryable: false,
    message: 'The request body is over the limit of {limitBytes} bytes. Send less or raise {key}.',
  },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    message: 'Content type "{contentType}" is not supported here. Use {supported}.',
  },
  invalid_filter: {
    status: 400,
    retryable: false,
    message: 'The filter is not understood: {reason}. See docs/reference/api.md, "Filters".',
  },
  invalid_cursor: {
    status: 400,
    retryable: false,
    message: 'The paging cursor is not one that this server gave out. Start again without a cursor.',
  },
  invalid_name: { status: 400, retryable: false, message: 'The name "{name}" is not allowed: {reason}.' },
} as const satisfies Record<string, ErrorRow>;

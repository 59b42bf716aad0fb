import type { ErrorRow } from './row.js';

/** Who may ask, and from where. */
export const ACCESS_ERRORS = {
  unauthorized: {
    status: 401,
    retryable: false,
    message: 'A valid API key is needed. Send it as "Authorization: Bearer <key>".',
  },
  admin_key_missing: {
    status: 403,
    retryable: false,
    message:
      'Without server.adminKeys this is only open to requests from the machine itself. Configure an admin key and send it as "Authorization: Bearer <key>".',
  },
  origin_refused: {
    status: 403,
    retryable: false,
    message:
      'Requests from web pages of {origin} are refused. If the page is yours, add its origin to server.corsOrigins.',
  },
  host_refused: {
    status: 403,
    retryable: false,
    message:
      'This server answers to local names only, not to "{host}". Use http://127.0.0.1 or localhost, or configure an API key to serve other names.',
  },
} as const satisfies Record<string, ErrorRow>;

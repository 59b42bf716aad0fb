import type { Fault, Instead } from './fault.js';

interface Refusal {
  readonly status: number;
  /** The vendor's name for it; OpenAI and Anthropic agree on most. */
  readonly type: string;
  readonly hasRetryAfter?: true;
}

const REFUSALS: readonly Refusal[] = [
  { status: 400, type: 'invalid_request_error' },
  { status: 401, type: 'authentication_error' },
  { status: 403, type: 'permission_error' },
  { status: 404, type: 'not_found_error' },
  { status: 413, type: 'request_too_large' },
  { status: 429, type: 'rate_limit_error', hasRetryAfter: true },
  { status: 500, type: 'api_error' },
  { status: 502, type: 'api_error' },
  { status: 503, type: 'overloaded_error', hasRetryAfter: true },
  { status: 504, type: 'timeout_error' },
  { status: 529, type: 'overloaded_error' },
];

const PAGE = '<!doctype html><html><head><title>A web page</title></head><body>Not an API.</body></html>';

/** Answers that are none: the call fails before a stream begins. */
export const REFUSAL_FAULTS: Readonly<Record<string, Fault>> = {
  ...Object.fromEntries(REFUSALS.map((refusal) => [`mock-${refusal.status}`, refusalFault(refusal)])),
  'mock-flaky': {
    description: 'every other call, from the first on, fails with status 500',
    instead: (callNumber) => (callNumber % 2 === 1 ? refuse({ status: 500, type: 'api_error' }) : undefined),
  },
  'mock-hang': { description: 'takes the request and never answers', instead: () => ({ kind: 'silence' }) },
  'mock-reset': { description: 'closes the connection unanswered', instead: () => ({ kind: 'reset' }) },
  'mock-html': {
    description: 'a web page with status 200',
    instead: () => ({ kind: 'page', status: 200, html: PAGE }),
  },
  'mock-html-502': {
    description: "a proxy's error page with status 502",
    instead: () => ({ kind: 'page', status: 502, html: PAGE }),
  },
};

function refusalFault(refusal: Refusal): Fault {
  const withHeader = refusal.hasRetryAfter ? ' and Retry-After' : '';
  return {
    description: `refuses with status ${refusal.status}${withHeader}`,
    instead: () => refuse(refusal),
  };
}

function refuse({ status, type, hasRetryAfter }: Refusal): Instead {
  const message = `The mock refuses with status ${status}, as its model's name asks.`;
  return { kind: 'refusal', failure: { status, type, message }, hasRetryAfter: hasRetryAfter === true };
}

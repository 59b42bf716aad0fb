import type { ErrorRow } from './row.js';

/** Embedders and models, local or at the other end of a connection. */
export const MODEL_ERRORS = {
  embedder_unavailable: {
    status: 502,
    retryable: true,
    message:
      'The embedder "{embedder}" did not answer: {reason}. Check embedder.baseUrl and the key; keyword search still works.',
  },
  embedder_mismatch: {
    status: 500,
    retryable: false,
    message:
      'The embedder "{embedder}" returned {found} instead of {expected}. Check embedder.model and embedder.dimensions.',
  },
  embedder_package_missing: {
    status: 500,
    retryable: false,
    message:
      'A local model needs the optional package @huggingface/transformers. Install it with: npm install @huggingface/transformers',
  },
  llm_unreachable: {
    status: 502,
    retryable: true,
    message:
      'The model server at {host} cannot be reached ({reason}). Is it running, and is the base URL right? Try: narae doctor',
  },
  llm_timeout: {
    status: 504,
    retryable: true,
    message: 'The model "{model}" sent nothing for {seconds} s ({phase}). Try again, or raise llm.{key}.',
  },
  llm_rejected: {
    status: 502,
    retryable: false,
    message: 'The model server refused the request (status {upstreamStatus}): {reason}',
  },
  llm_failed: {
    status: 502,
    retryable: true,
    message: 'The model server failed (status {upstreamStatus}): {reason}. Try again; its own log says more.',
  },
  llm_unauthorized: {
    status: 502,
    retryable: false,
    message:
      'The model server at {host} refused the API key. Check OPENAI_API_KEY or ANTHROPIC_API_KEY, then try: narae doctor',
  },
  llm_rate_limited: {
    status: 429,
    retryable: true,
    message: 'The model server is limiting requests. Wait {retryAfterSeconds} s and try again.',
  },
  llm_stream_broken: {
    status: 502,
    retryable: true,
    message:
      'The model server ended its answer before it was complete ({reason}). The text so far is not a full answer; ask again.',
  },
  llm_malformed: {
    status: 502,
    retryable: true,
    message:
      'The model server sent something that is not its protocol: {reason}. Check that the base URL points at an API, not a web page.',
  },
  llm_unavailable: {
    status: 503,
    retryable: true,
    message:
      'The model "{model}" is resting after repeated failures (the last: {reason}). Try again in {retryAfterSeconds} s; narae doctor shows whether its server is well.',
  },
} as const satisfies Record<string, ErrorRow>;

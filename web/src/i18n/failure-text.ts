import type { Failure } from '../api/failure.js';
import type { Messages } from './messages.en.js';

export interface FailureText {
  /** What happened and what to do, in the reader's language. */
  readonly message: string;
  /** The server's own sentence or the request's id, where they add something. */
  readonly detail?: string;
}

export function failureText(failure: Failure, t: Messages): FailureText {
  switch (failure.kind) {
    case 'refused':
      return refusalText(failure, t);
    case 'stalled':
      return { message: t.stalled(failure.seconds) };
    case 'garbled':
      return { message: t.garbled(failure.status) };
    default:
      return { message: t[failure.kind] };
  }
}

/** In the reader's language where the code is known there, with the server's sentence below; else that sentence. */
function refusalText(
  { code, message, requestId }: Extract<Failure, { kind: 'refused' }>,
  t: Messages,
): FailureText {
  const translated = t.serverErrors[code];
  const id = requestId === undefined ? undefined : t.requestId(requestId);
  const detail = [translated === undefined ? undefined : message, id].filter(Boolean).join(' · ');
  return { message: translated ?? message, ...(detail && { detail }) };
}

import type { Failure } from '../api/failure.js';
import { koreanErrors } from './errors.ko.js';
import type { Language } from './language.js';
import type { Messages } from './messages.en.js';

export interface FailureText {
  /** What happened and what to do, in the reader's language. */
  readonly message: string;
  /** The server's own sentence or the request's id, where they add something. */
  readonly detail?: string;
}

export function failureText(failure: Failure, t: Messages, language: Language): FailureText {
  switch (failure.kind) {
    case 'refused':
      return refusalText(failure, t, language);
    case 'stalled':
      return { message: t.stalled(failure.seconds) };
    case 'garbled':
      return { message: t.garbled(failure.status) };
    default:
      return { message: t[failure.kind] };
  }
}

function refusalText(
  { code, message, requestId }: Extract<Failure, { kind: 'refused' }>,
  t: Messages,
  language: Language,
): FailureText {
  const korean = language === 'ko' ? koreanErrors[code] : undefined;
  const id = requestId === undefined ? undefined : t.requestId(requestId);
  const detail = [korean === undefined ? undefined : message, id].filter(Boolean).join(' · ');
  return { message: korean ?? message, ...(detail && { detail }) };
}

import { NaraeError } from '../core/index.js';
import type { LlmRequest } from './spec.js';

/** How many answers a request asks for at once: OpenAI's `n`. */
export function choicesAsked({ n }: LlmRequest['parameters']): number {
  return typeof n === 'number' && n > 1 ? n : 1;
}

/** Throws `invalid_request` naming `n` where only one answer can be given; `because` says why. */
export function requireOneChoice(parameters: LlmRequest['parameters'], because: string): void {
  if (choicesAsked(parameters) === 1) return;
  const reason = `n must be 1 here: ${because}. Send several requests, or POST /v1/batch, instead.`;
  throw new NaraeError('invalid_request', { values: { reason }, field: 'n' });
}

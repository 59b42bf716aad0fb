import { untilAborted } from '../core/index.js';
import type { ChatMessage } from '../llm/spec.js';
import type { Run } from './run.js';

/** The run with its whole conversation, once that is loaded. Rejects as loading does, or when the run is cancelled. */
export async function withHistory(run: Run): Promise<Run> {
  const { history, ...request } = run.request;
  const earlier = await untilAborted(Promise.resolve(history ?? []), run.signal);
  return { ...run, request: { ...request, messages: joined(earlier, request.messages) } };
}

/** Clients that send the whole conversation each time need not know that it is kept: only what is new counts. */
function joined(earlier: readonly ChatMessage[], sent: readonly ChatMessage[]): readonly ChatMessage[] {
  return earlier.length === 0 ? sent : [...earlier, ...newMessages(sent)];
}

/** What follows the last answer, if there is a question among it; else all. */
export function newMessages(sent: readonly ChatMessage[]): readonly ChatMessage[] {
  const fresh = sent.slice(sent.findLastIndex(({ role }) => role === 'assistant') + 1);
  return fresh.some(({ role }) => role === 'user') ? fresh : sent;
}

import { NaraeError } from '../../core/index.js';
import type { ChatMessage } from '../../llm/spec.js';
import { pathIncludes } from '../../threads/index.js';
import type { ThreadState, ThreadStore, Turn } from '../../threads/spec.js';

export interface HistoryPlace {
  readonly threads: Pick<ThreadStore, 'getTurn'>;
  readonly tenant: string;
  readonly thread: string;
}

/**
 * The messages that a model is shown before a question: the last `count` turns up to `after` (default: the head), with
 * a summary of those before them where there is one. Turns without an answer are left out. Rejects with
 * `checkpoint_not_found` when there is no turn `after`.
 */
export async function historyFor(
  place: HistoryPlace,
  state: ThreadState,
  { count, after = state.info.head }: { readonly count: number; readonly after?: number | undefined },
): Promise<readonly ChatMessage[]> {
  const turns = await lastTurns(place, state, after, count);
  const { summary } = state.info;
  // A summary counts on the branch that it was made of, and no turn is told twice.
  const isOurs =
    summary !== undefined && summary.through <= after && pathIncludes(state.path, summary.through);
  const shown = isOurs ? turns.filter(({ sequence }) => sequence > summary.through) : turns;
  const messages = shown.filter(isAnswered).flatMap((turn) => turn.messages);
  return isOurs ? [summaryMessage(summary.text), ...messages] : messages;
}

export function isAnswered({ messages }: Pick<Turn, 'messages'>): boolean {
  return messages.at(-1)?.role === 'assistant';
}

/** Oldest first. Follows parents, so that any branch can be gone on from; what was pruned or is damaged ends it. */
async function lastTurns(
  { threads, tenant, thread }: HistoryPlace,
  { turns }: ThreadState,
  after: number,
  count: number,
): Promise<readonly Turn[]> {
  const loaded = new Map(turns.map((turn) => [turn.sequence, turn]));
  const found: Turn[] = [];
  for (let sequence = after; sequence > 0 && found.length < count; ) {
    const load = () => threads.getTurn(tenant, thread, sequence);
    const turn = loaded.get(sequence) ?? (await load().catch((error) => endOf(error, found)));
    if (turn === undefined) break;
    found.unshift(turn);
    sequence = turn.parent;
  }
  return found;
}

/** Only the turn that was named must be there. */
function endOf(error: unknown, found: readonly Turn[]): undefined {
  const isGone =
    error instanceof NaraeError &&
    (error.code === 'checkpoint_not_found' || error.code === 'thread_record_unreadable');
  if (!isGone || (found.length === 0 && error.code === 'checkpoint_not_found')) throw error;
  return undefined;
}

function summaryMessage(text: string): ChatMessage {
  return { role: 'system', content: `What was said in this conversation before:\n${text}` };
}

import type { Failure } from '../api/failure.js';
import type { AnswerMeta } from '../api/types.js';

/** Where the answer to one question stands. Only `done` is a complete answer. */
export type Phase =
  | { readonly status: 'waiting' }
  | { readonly status: 'streaming' }
  | { readonly status: 'done'; readonly reason: string }
  | { readonly status: 'stopped' }
  | { readonly status: 'failed'; readonly failure: Failure };

/** A question with what is known of its answer. */
export interface Turn {
  readonly id: string;
  readonly question: string;
  /** Markdown, as far as it has arrived. */
  readonly text: string;
  /** Absent until the stream's first part. */
  readonly meta?: AnswerMeta;
  readonly phase: Phase;
  /** Sequence of the turn that it follows; 0: it begins the conversation. */
  readonly after: number;
  /** Its own sequence, once the server has stored it. */
  readonly sequence?: number;
}

/**
 * A conversation is a tree: an edited question or a new answer to an old one begins another branch.
 *
 *   1 ── 2 ── 3          2 was edited: 4 follows 1 as well, and the head moved to 5.
 *   └─── 4 ── 5          Shown are 1 4 5, with "2 / 2" at 4.
 */
export interface Conversation {
  /** Every turn that is known, of all branches: the stored ones by sequence, then the others as they were asked. */
  readonly turns: readonly Turn[];
  /** The last stored turn of the branch that is shown; 0 while there is none. */
  readonly head: number;
}

export type ConversationEvent =
  | { readonly type: 'asked'; readonly id: string; readonly question: string; readonly after: number }
  | { readonly type: 'meta'; readonly id: string; readonly meta: Partial<AnswerMeta> }
  | { readonly type: 'text'; readonly id: string; readonly text: string }
  /** `sequence`: the server has stored the turn. */
  | {
      readonly type: 'ended';
      readonly id: string;
      readonly phase: Phase;
      readonly sequence?: number | undefined;
    }
  | { readonly type: 'withdrawn'; readonly id: string }
  /** The stored conversation, in place of whatever was there. */
  | { readonly type: 'loaded'; readonly turns: readonly Turn[]; readonly head: number }
  /** Older stored turns. */
  | { readonly type: 'extended'; readonly turns: readonly Turn[] }
  | { readonly type: 'headMoved'; readonly head: number };

export const EMPTY_CONVERSATION: Conversation = { turns: [], head: 0 };

/** The oldest turns of a longer conversation are forgotten, so that the page stays bounded; the server has them. */
export const TURNS_LIMIT = 1_000;

export function reduceConversation(conversation: Conversation, event: ConversationEvent): Conversation {
  const { turns, head } = conversation;
  switch (event.type) {
    case 'asked':
      return { turns: [...turns, newTurn(event)].slice(-TURNS_LIMIT), head: event.after };
    case 'meta':
      return change(conversation, event.id, (turn) => ({
        ...turn,
        meta: { ...NO_META, ...turn.meta, ...event.meta },
      }));
    case 'text':
      return change(conversation, event.id, (turn) => ({
        ...turn,
        text: turn.text + event.text,
        phase: { status: 'streaming' },
      }));
    case 'ended':
      return end(conversation, event);
    case 'withdrawn':
      return { turns: turns.filter(({ id }) => id !== event.id), head };
    case 'loaded':
      return { turns: inOrder(event.turns), head: event.head };
    case 'extended':
      return { turns: inOrder([...event.turns, ...turns]), head };
    case 'headMoved':
      return { turns: turns.filter((turn) => isStored(turn) || isRunning(turn)), head: event.head };
  }
}

const NO_META: AnswerMeta = { sources: [], provider: '', model: '', collection: '' };

function newTurn({ id, question, after }: Extract<ConversationEvent, { type: 'asked' }>): Turn {
  return { id, question, text: '', phase: { status: 'waiting' }, after };
}

function end(
  conversation: Conversation,
  { id, phase, sequence }: Extract<ConversationEvent, { type: 'ended' }>,
): Conversation {
  const ended = change(conversation, id, (turn) => ({
    ...turn,
    phase,
    ...(sequence !== undefined && { sequence }),
  }));
  return sequence === undefined ? ended : { turns: inOrder(ended.turns), head: sequence };
}

function change(conversation: Conversation, id: string, edit: (turn: Turn) => Turn): Conversation {
  return { ...conversation, turns: conversation.turns.map((turn) => (turn.id === id ? edit(turn) : turn)) };
}

/** By sequence, each once; what is not stored stays last, as it was asked. */
function inOrder(turns: readonly Turn[]): readonly Turn[] {
  const stored = new Map(turns.filter(isStored).map((turn) => [turn.sequence, turn]));
  const rising = [...stored.values()].sort((a, b) => a.sequence - b.sequence);
  return [...rising, ...turns.filter((turn) => !isStored(turn))].slice(-TURNS_LIMIT);
}

export function isStored(turn: Turn): turn is Turn & { readonly sequence: number } {
  return turn.sequence !== undefined;
}

export function isRunning({ phase }: Turn): boolean {
  return phase.status === 'waiting' || phase.status === 'streaming';
}

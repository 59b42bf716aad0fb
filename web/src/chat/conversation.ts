import type { Failure } from '../api/failure.js';
import type { AnswerMeta, ChatMessage } from '../api/types.js';

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
  /** Absent until the stream's first chunk. */
  readonly meta?: AnswerMeta;
  readonly phase: Phase;
}

export type ConversationEvent =
  | { readonly type: 'asked'; readonly id: string; readonly question: string }
  | { readonly type: 'meta'; readonly id: string; readonly meta: Partial<AnswerMeta> }
  | { readonly type: 'text'; readonly id: string; readonly text: string }
  | { readonly type: 'ended'; readonly id: string; readonly phase: Phase }
  | { readonly type: 'withdrawn'; readonly id: string }
  | { readonly type: 'cleared' };

/** The oldest turns of a longer conversation are forgotten: the page and the prompt stay bounded. */
export const TURNS_LIMIT = 100;

/** Earlier turns that are sent along with a question. */
export const TURNS_SENT_LIMIT = 12;

export function reduceConversation(turns: readonly Turn[], event: ConversationEvent): readonly Turn[] {
  switch (event.type) {
    case 'asked':
      return [...turns, newTurn(event.id, event.question)].slice(-TURNS_LIMIT);
    case 'meta':
      return change(turns, event.id, (turn) => ({
        ...turn,
        meta: { ...NO_META, ...turn.meta, ...event.meta },
      }));
    case 'text':
      return change(turns, event.id, (turn) => ({
        ...turn,
        text: turn.text + event.text,
        phase: { status: 'streaming' },
      }));
    case 'ended':
      return change(turns, event.id, (turn) => ({ ...turn, phase: event.phase }));
    case 'withdrawn':
      return turns.filter(({ id }) => id !== event.id);
    case 'cleared':
      return [];
  }
}

const NO_META: AnswerMeta = { sources: [], provider: '', model: '', collection: '' };

function newTurn(id: string, question: string): Turn {
  return { id, question, text: '', phase: { status: 'waiting' } };
}

function change(turns: readonly Turn[], id: string, edit: (turn: Turn) => Turn): readonly Turn[] {
  return turns.map((turn) => (turn.id === id ? edit(turn) : turn));
}

export function isRunning({ phase }: Turn): boolean {
  return phase.status === 'waiting' || phase.status === 'streaming';
}

/** The messages of the next request: what was answered so far, then the question. A failed turn is left out. */
export function messagesFor(turns: readonly Turn[], question: string): ChatMessage[] {
  const answered = turns.filter(({ phase, text }) => phase.status !== 'failed' && text !== '');
  const earlier = answered.slice(-TURNS_SENT_LIMIT).flatMap((turn): ChatMessage[] => [
    { role: 'user', content: turn.question },
    { role: 'assistant', content: turn.text },
  ]);
  return [...earlier, { role: 'user', content: question }];
}

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
  /** Number of the turn that it follows; 0: it begins the conversation. */
  readonly after: number;
  /** Its own number, once the server has stored it. */
  readonly sequence?: number;
  /** Numbers of all stored turns that follow the same one: edited questions and answers given anew. Rising. */
  readonly versions: readonly number[];
  /** The run that answers or answered it, once it is known. */
  readonly run?: string;
}

/**
 * On the server a conversation is a tree; here is the branch that is shown, oldest turn first, each turn with the
 * numbers of those that could stand in its place.
 *
 *   1 ── 2 ── 3          2 was edited: 4 follows 1 as well.
 *   └─── 4 ── 5          Shown are 1 4 5; the versions of 4 are 2 and 4.
 */
export type Branch = readonly Turn[];

export type ConversationEvent =
  /** Goes on after the turn with this number, in place of what followed it. */
  | { readonly type: 'asked'; readonly id: string; readonly question: string; readonly after: number }
  | { readonly type: 'started'; readonly id: string; readonly run: string }
  | { readonly type: 'meta'; readonly id: string; readonly meta: Partial<AnswerMeta> }
  | { readonly type: 'text'; readonly id: string; readonly text: string }
  | { readonly type: 'stored'; readonly id: string; readonly sequence: number }
  | { readonly type: 'ended'; readonly id: string; readonly phase: Phase }
  /** What the server has, in place of whatever was there. */
  | { readonly type: 'loaded'; readonly turns: Branch }
  /** The turns before the first one. */
  | { readonly type: 'extended'; readonly turns: Branch };

/** The oldest turns of a longer conversation are forgotten: the page stays bounded, the server has them. */
export const TURNS_LIMIT = 500;

export function reduceConversation(turns: Branch, event: ConversationEvent): Branch {
  switch (event.type) {
    case 'asked':
      return ask(turns, event).slice(-TURNS_LIMIT);
    case 'started':
      return change(turns, event.id, (turn) => ({ ...turn, run: event.run }));
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
    case 'stored':
      return change(turns, event.id, (turn) => store(turn, event.sequence));
    case 'ended':
      return change(turns, event.id, (turn) => ({ ...turn, phase: event.phase }));
    case 'loaded':
      return keepKnown(turns, event.turns.slice(-TURNS_LIMIT));
    case 'extended':
      return [...event.turns, ...turns];
  }
}

const NO_META: AnswerMeta = { sources: [], provider: '', model: '', collection: '' };

function ask(turns: Branch, { id, question, after }: Extract<ConversationEvent, { type: 'asked' }>): Branch {
  const place = turns.findIndex((turn) => turn.after === after);
  const kept = place < 0 ? turns : turns.slice(0, place);
  const versions = turns[place]?.versions ?? [];
  return [...kept, { id, question, text: '', phase: { status: 'waiting' }, after, versions }];
}

/**
 * A stored turn never changes. One that is on the page stays as it came with its stream, which tells more; so does
 * its id, so that nothing is drawn anew. Only of one that broke off does the server know more.
 */
function keepKnown(before: Branch, turns: Branch): Branch {
  const known = new Map(before.map((turn) => [turn.sequence, turn]));
  return turns.map((turn) => {
    const old = known.get(turn.sequence);
    if (!old) return turn;
    if (old.phase.status === 'failed') return { ...turn, id: old.id };
    return { ...old, after: turn.after, versions: turn.versions };
  });
}

/** Numbers only rise, so that the newest version is the last. */
function store(turn: Turn, sequence: number): Turn {
  return { ...turn, sequence, versions: [...turn.versions, sequence] };
}

function change(turns: Branch, id: string, edit: (turn: Turn) => Turn): Branch {
  return turns.map((turn) => (turn.id === id ? edit(turn) : turn));
}

export function isRunning({ phase }: Turn): boolean {
  return phase.status === 'waiting' || phase.status === 'streaming';
}

/** The turn that a next question follows: the last one that the server has. */
export function headOf(turns: Branch): number {
  return turns.findLast(({ sequence }) => sequence !== undefined)?.sequence ?? 0;
}

export interface VersionPlace {
  /** From 1. */
  readonly position: number;
  readonly count: number;
  /** Numbers of the neighbouring versions; undefined at either end. */
  readonly previous: number | undefined;
  readonly next: number | undefined;
}

/** Where a turn stands among its versions; undefined when it is the only one. One that is not stored yet is the last. */
export function versionPlace({ sequence, versions }: Turn): VersionPlace | undefined {
  const index = sequence === undefined ? versions.length : versions.indexOf(sequence);
  const count = Math.max(versions.length, index + 1);
  if (count < 2) return undefined;
  return { position: index + 1, count, previous: versions[index - 1], next: versions[index + 1] };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasEarlier, shownTurns, versionsOf } from './branches.js';
import {
  type Conversation,
  type ConversationEvent,
  EMPTY_CONVERSATION,
  isRunning,
  reduceConversation,
  TURNS_LIMIT,
  type Turn,
} from './conversation.js';

function play(...events: readonly ConversationEvent[]): Conversation {
  return events.reduce(reduceConversation, EMPTY_CONVERSATION);
}

/** A question that is answered and stored. */
const answered = (sequence: number, after: number, question = `q${sequence}`): ConversationEvent[] => [
  { type: 'asked', id: `t${sequence}`, question, after },
  { type: 'text', id: `t${sequence}`, text: `답 ${sequence}` },
  { type: 'ended', id: `t${sequence}`, phase: { status: 'done', reason: 'stop' }, sequence },
];

const failed = (id: string, after: number): ConversationEvent[] => [
  { type: 'asked', id, question: id, after },
  { type: 'text', id, text: 'half' },
  { type: 'ended', id, phase: { status: 'failed', failure: { kind: 'incomplete' } } },
];

const stored = (sequence: number, after: number): Turn => ({
  id: `t${sequence}`,
  question: `q${sequence}`,
  text: '',
  phase: { status: 'done', reason: 'stop' },
  after,
  sequence,
});

const idsOf = (conversation: Conversation) => shownTurns(conversation).map(({ id }) => id);

const versionsAt = (conversation: Conversation, id: string) => {
  const turn = conversation.turns.find((candidate) => candidate.id === id);
  return turn && versionsOf(conversation, turn);
};

describe('a conversation', () => {
  it('gathers the text of one turn and leaves the others alone', () => {
    const { turns } = play(
      ...answered(1, 0, '첫 질문'),
      { type: 'asked', id: 'b', question: 'second', after: 1 },
      { type: 'text', id: 'b', text: 'a' },
      { type: 'text', id: 'b', text: 'b' },
    );
    expect(turns.map(({ text }) => text)).toEqual(['답 1', 'ab']);
    expect(turns.map(isRunning)).toEqual([false, true]);
  });

  it('keeps the text of an answer that failed, where it was asked, and goes on after the turn before it', () => {
    const conversation = play(...answered(1, 0), ...failed('broken', 1), ...answered(2, 1));
    expect(idsOf(conversation)).toEqual(['t1', 'broken', 't2']);
    expect(conversation.turns.at(-1)).toMatchObject({ id: 'broken', text: 'half' });
    expect(conversation.head).toBe(2);
    expect(versionsAt(conversation, 't2')).toBeUndefined();
  });

  it('forgets the oldest turns of a very long conversation', () => {
    const long = Array.from({ length: TURNS_LIMIT + 5 }, (_, n) => stored(n + 1, n));
    const { turns } = play({ type: 'loaded', turns: long, head: long.length });
    expect(turns).toHaveLength(TURNS_LIMIT);
    expect(turns[0]?.id).toBe('t6');
  });

  it('takes in older turns, each once, and knows when there are more', () => {
    const newest = play({ type: 'loaded', turns: [stored(4, 3), stored(3, 2)], head: 4 });
    expect(hasEarlier(newest)).toBe(true);
    const whole = reduceConversation(newest, {
      type: 'extended',
      turns: [stored(1, 0), stored(2, 1), stored(3, 2)],
    });
    expect(idsOf(whole)).toEqual(['t1', 't2', 't3', 't4']);
    expect(hasEarlier(whole)).toBe(false);
  });
});

describe('branches', () => {
  const branched = play(...answered(1, 0), ...answered(2, 1), ...answered(3, 2), ...answered(4, 1));

  it('shows the branch of the head only, with the versions of a turn', () => {
    expect(idsOf(branched)).toEqual(['t1', 't4']);
    expect(versionsAt(branched, 't4')).toEqual({ position: 2, count: 2, previous: 3, next: undefined });
    expect(versionsAt(branched, 't1')).toBeUndefined();
  });

  it('comes back to the newest turn of the version that is switched to', () => {
    const back = reduceConversation(branched, { type: 'headMoved', head: 3 });
    expect(idsOf(back)).toEqual(['t1', 't2', 't3']);
    expect(versionsAt(back, 't2')).toEqual({ position: 1, count: 2, previous: undefined, next: 4 });
  });

  it('shows an answer that is made anew in the place of the old one, and the old one again when that failed', () => {
    const anew = [{ type: 'asked', id: 'x', question: 'q4', after: 1 }] as const;
    const running = anew.reduce(reduceConversation, branched);
    expect(idsOf(running)).toEqual(['t1', 'x']);
    expect(versionsAt(running, 'x')).toEqual({ position: 3, count: 3, previous: 4, next: undefined });
    const over = failed('y', 1).reduce(reduceConversation, branched);
    expect(idsOf(reduceConversation(over, { type: 'headMoved', head: 4 }))).toEqual(['t1', 't4']);
  });

  it('has versions of the first question too', () => {
    const first = play(...answered(1, 0), ...answered(2, 1), ...answered(3, 0));
    expect(idsOf(first)).toEqual(['t3']);
    expect(versionsAt(first, 't3')?.previous).toBe(2);
  });

  it('reaches every turn of any tree by switching versions, and never shows one twice', () => {
    const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(parents, (choices) => {
        const turns = choices.map((choice, index) => stored(index + 1, choice % (index + 1)));
        const start = play({ type: 'loaded', turns, head: turns.length });
        expect(reachable(start)).toEqual(new Set(turns.map(({ id }) => id)));
      }),
    );
  });
});

/** Every turn that is shown at some head that the version switches lead to. */
function reachable(start: Conversation): Set<string> {
  const shown = new Set<string>();
  const heads = new Set([start.head]);
  for (const head of heads) {
    const conversation = { ...start, head };
    const ids = idsOf(conversation);
    expect(new Set(ids).size).toBe(ids.length);
    for (const turn of shownTurns(conversation)) {
      shown.add(turn.id);
      const versions = versionsOf(conversation, turn);
      for (const next of [versions?.previous, versions?.next]) if (next !== undefined) heads.add(next);
    }
  }
  return shown;
}

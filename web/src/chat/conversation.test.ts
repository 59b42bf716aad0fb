import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Branch,
  type ConversationEvent,
  headOf,
  isRunning,
  reduceConversation,
  TURNS_LIMIT,
  type Turn,
  versionPlace,
} from './conversation.js';

function play(events: readonly ConversationEvent[], start: Branch = []): Branch {
  return events.reduce(reduceConversation, start);
}

/** A question that is answered and stored. */
const answered = (sequence: number, after: number): ConversationEvent[] => [
  { type: 'asked', id: `t${sequence}`, question: `질문 ${sequence}`, after },
  { type: 'text', id: `t${sequence}`, text: `답 ${sequence}` },
  { type: 'stored', id: `t${sequence}`, sequence },
  { type: 'ended', id: `t${sequence}`, phase: { status: 'done', reason: 'stop' } },
];

const incomplete = { status: 'failed', failure: { kind: 'incomplete' } } as const;

/** A question whose connection broke before the server stored anything. */
const broken = (id: string, after: number): ConversationEvent[] => [
  { type: 'asked', id, question: id, after },
  { type: 'text', id, text: 'half' },
  { type: 'ended', id, phase: incomplete },
];

const stored = (sequence: number, after: number, versions = [sequence]): Turn => ({
  id: `t${sequence}`,
  question: `q${sequence}`,
  text: '',
  phase: { status: 'done', reason: 'stop' },
  ...{ after, sequence, versions },
});

const idsOf = (turns: Branch) => turns.map(({ id }) => id);
const lastPlace = (turns: Branch) => versionPlace(turns.at(-1) as Turn);

describe('a conversation', () => {
  it('gathers the text of one turn and leaves the others alone', () => {
    const turns = play([
      ...answered(1, 0),
      { type: 'asked', id: 'b', question: 'second', after: 1 },
      { type: 'text', id: 'b', text: 'a' },
      { type: 'text', id: 'b', text: 'b' },
    ]);
    expect(turns.map(({ text }) => text)).toEqual(['답 1', 'ab']);
    expect(turns.map(isRunning)).toEqual([false, true]);
  });

  it('keeps the text of an answer that broke off, until its question is asked again in its place', () => {
    const turns = play([...answered(1, 0), ...broken('x', 1)]);
    expect(turns.at(-1)).toMatchObject({ text: 'half', phase: incomplete });
    expect(headOf(turns)).toBe(1);
    expect(idsOf(play(answered(2, 1), turns))).toEqual(['t1', 't2']);
  });

  it('keeps what is on the page when it is loaded again, and mends what broke off', () => {
    const before = play([
      ...answered(1, 0),
      ...answered(2, 1),
      { type: 'ended', id: 't2', phase: incomplete },
    ]);
    const fresh = [1, 2].map((n) => ({
      ...stored(n, n - 1, [n, 9]),
      id: `fresh${n}`,
      text: 'from the server',
    }));
    const [first, second] = play([{ type: 'loaded', turns: fresh }], before);
    expect(first).toMatchObject({ id: 't1', text: '답 1', versions: [1, 9] });
    expect(second).toMatchObject({ id: 't2', text: 'from the server', phase: { status: 'done' } });
  });

  it('forgets the oldest turns when it grows very long', () => {
    const long = Array.from({ length: TURNS_LIMIT + 5 }, (_, n) => stored(n + 1, n));
    const turns = play([{ type: 'loaded', turns: long }, ...answered(TURNS_LIMIT + 6, TURNS_LIMIT + 5)]);
    expect(turns).toHaveLength(TURNS_LIMIT);
    expect(turns[0]?.id).toBe('t7');
  });

  it('takes in older turns before the others', () => {
    const newest = play([{ type: 'loaded', turns: [stored(3, 2), stored(4, 3)] }]);
    const whole = play([{ type: 'extended', turns: [stored(1, 0), stored(2, 1)] }], newest);
    expect(idsOf(whole)).toEqual(['t1', 't2', 't3', 't4']);
  });
});

describe('versions', () => {
  const four = play([1, 2, 3, 4].flatMap((n) => answered(n, n - 1)));

  it('an edited question takes the place of the old one and of what followed it', () => {
    const turns = play(answered(5, 1), four);
    expect(idsOf(turns)).toEqual(['t1', 't5']);
    expect(lastPlace(turns)).toEqual({ position: 2, count: 2, previous: 2, next: undefined });
    expect(versionPlace(turns[0] as Turn)).toBeUndefined();
  });

  it('the first question has versions too', () => {
    expect(lastPlace(play(answered(5, 0), four))).toMatchObject({ position: 2, previous: 1 });
  });

  it('an answer under way, and one that broke off, count as the last', () => {
    const asked = play([{ type: 'asked', id: 'x', question: 'q', after: 3 }], four);
    const place = { position: 2, count: 2, previous: 4, next: undefined };
    expect(lastPlace(asked)).toEqual(place);
    expect(lastPlace(play(broken('x', 3), four))).toEqual(place);
  });

  it('are those of the server for a conversation that was loaded', () => {
    const turns = play([{ type: 'loaded', turns: [stored(1, 0), stored(4, 1, [2, 4, 9])] }]);
    expect(lastPlace(turns)).toEqual({ position: 2, count: 3, previous: 2, next: 9 });
  });

  it('stay those of a tree, whatever is asked after whatever turn', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (choices) => {
        let turns: Branch = [];
        const parents = new Map<number, number>();
        choices.forEach((choice, index) => {
          const shown = [0, ...turns.map(({ sequence }) => sequence ?? 0)];
          const after = shown[choice % shown.length] ?? 0;
          parents.set(index + 1, after);
          turns = play(answered(index + 1, after), turns);
        });
        for (const turn of turns) expect(turn.after).toBe(parents.get(turn.sequence ?? 0));
        // Versions of what is shown are a part of the tree's, itself among them, rising.
        for (const { sequence = 0, versions, after } of turns) {
          expect(versions).toContain(sequence);
          expect(versions).toEqual([...versions].sort((a, b) => a - b));
          expect(versions.every((version) => parents.get(version) === after)).toBe(true);
        }
        expect(headOf(turns)).toBe(choices.length);
      }),
    );
  });
});

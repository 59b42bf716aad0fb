import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryEntry, NewTurn, ThreadStore, Turn } from '../../../threads/spec.js';
import { Turns } from './branch.js';
import { parsePoint } from './points.js';
import { snapshotAt } from './snapshot.js';
import { updateTurns } from './update.js';

const PLACE = { tenant: 't', thread: 'x' };

/** As much of a store as states need. */
class Thread {
  readonly turns: Turn[] = [];
  head = 0;

  get store(): ThreadStore {
    const entries = (): HistoryEntry[] => this.turns.map((turn) => ({ kind: 'turn', turn }));
    return {
      load: async () => ({ info: { head: this.head } }),
      history: async () => ({ entries: entries().reverse() }),
      append: async (_tenant: string, _thread: string, turn: NewTurn, { after }: { after: number }) => {
        expect(after === 0 || this.turns.some(({ sequence }) => sequence === after)).toBe(true);
        this.head = this.turns.push({
          ...turn,
          sequence: this.turns.length + 1,
          parent: after,
          createdAtMs: 0,
        });
        return { sequence: this.head, parent: after };
      },
      moveHead: async (_tenant: string, _thread: string, sequence: number) => {
        this.head = sequence;
      },
    } as unknown as ThreadStore;
  }
}

interface Message {
  readonly type: 'human' | 'ai';
  readonly id: string;
  readonly content: string;
}

const steps = fc.array(
  fc.record({
    /** Which earlier checkpoint it starts from; often the newest. */
    from: fc.option(fc.nat(), { nil: undefined }),
    messages: fc.array(
      fc.record({
        type: fc.constantFrom('human' as const, 'ai' as const),
        id: fc.integer({ min: 0, max: 8 }).map((id) => `m${id}`),
        content: fc.string({ maxLength: 5 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    removed: fc.option(fc.nat(), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 8 },
);

test('states are what a plain list would be, on every branch, and stay so', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const thread = new Thread();
      const expected = new Map<string, Message[]>();
      let newest: Message[] = [];
      for (const { from, messages, removed } of list) {
        const known = [...expected.keys()];
        const id = from === undefined || known.length === 0 ? undefined : known[from % known.length];
        const before = id === undefined ? newest : (expected.get(id) ?? []);
        const gone = removed === undefined ? undefined : before[removed % Math.max(1, before.length)];
        const removals = gone === undefined ? [] : [{ type: 'remove', id: gone.id }];
        const made = await updateTurns(
          thread.store,
          PLACE,
          {
            values: { messages: [...removals, ...messages] },
            ...(id !== undefined && { checkpoint: { id } }),
          },
          { fence: 1 },
        );
        newest = reduced(
          before.filter((one) => one !== gone),
          messages,
        );
        expected.set(made.id ?? '', newest);
        const turns = await Turns.load(thread.store, PLACE);
        expect(turns.head).toBe(parsePoint(made.id ?? '', 'x').sequence);
        for (const [checkpoint, state] of expected) expect(messagesAt(turns, checkpoint)).toEqual(state);
      }
    }),
  );
});

test('taking out the last turn’s messages moves the head back', async () => {
  const thread = new Thread();
  const update = (messages: object[]) =>
    updateTurns(thread.store, PLACE, { values: { messages } }, { fence: 1 });
  await update([
    { type: 'human', content: 'a', id: 'a' },
    { type: 'ai', content: 'b', id: 'b' },
  ]);
  await update([
    { type: 'human', content: 'c', id: 'c' },
    { type: 'ai', content: 'd', id: 'd' },
  ]);
  await update(['c', 'd'].map((id) => ({ type: 'remove', id })));
  expect([thread.head, thread.turns.length]).toEqual([1, 2]);
});

function reduced(before: readonly Message[], more: readonly Message[]): Message[] {
  const after = [...before];
  for (const message of more) {
    const at = after.findIndex(({ id }) => id === message.id);
    if (at === -1) after.push(message);
    else after[at] = message;
  }
  return after;
}

function messagesAt(turns: Turns, checkpoint: string): Message[] {
  const { values } = snapshotAt(turns, parsePoint(checkpoint, 'x'));
  const { messages } = values as { messages: (Message & { type: string })[] };
  return messages.map(({ type, id, content }) => ({ type, id, content }) as Message);
}

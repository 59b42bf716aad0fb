import fc from 'fast-check';
import { expect } from 'vitest';
import type { ThreadStore } from '../../dist/threads/index.js';

/** A change of a thread. `pick` chooses among the turns that are there. */
export type ThreadStep =
  | { readonly kind: 'append'; readonly text: string }
  | { readonly kind: 'branch'; readonly pick: number; readonly text: string }
  | { readonly kind: 'move-head'; readonly pick: number }
  | { readonly kind: 'remove'; readonly pick: number }
  | { readonly kind: 'prune'; readonly keepLast: number };

const pick = fc.nat(1_000);
const text = fc.oneof(fc.string({ maxLength: 20 }), fc.constant('한글 '.repeat(600)));
export const threadSteps = fc.array(
  fc.oneof(
    { arbitrary: fc.record({ kind: fc.constant('append' as const), text }), weight: 6 },
    { arbitrary: fc.record({ kind: fc.constant('branch' as const), pick, text }), weight: 3 },
    { arbitrary: fc.record({ kind: fc.constant('move-head' as const), pick }), weight: 1 },
    { arbitrary: fc.record({ kind: fc.constant('remove' as const), pick }), weight: 1 },
    { arbitrary: fc.record({ kind: fc.constant('prune' as const), keepLast: fc.nat(6) }), weight: 1 },
  ),
  { maxLength: 25 },
);

interface Place {
  readonly tenant: string;
  readonly thread: string;
}

interface Kept {
  parent: number;
  readonly text: string;
}

/** What a thread is, in the simplest words: turns with parents, and a head. */
export class ThreadModel {
  #turns = new Map<number, Kept>();
  #head = 0;
  #last = 0;

  /** Makes the same change in the store and here. */
  async play(step: ThreadStep, store: ThreadStore, place: Place & { readonly fence: number }): Promise<void> {
    const { tenant, thread, fence } = place;
    switch (step.kind) {
      case 'append':
        return this.#append(step.text, undefined, store, place);
      case 'branch':
        return this.#append(step.text, this.#choose(step.pick), store, place);
      case 'move-head':
        this.#head = this.#choose(step.pick);
        await store.moveHead(tenant, thread, this.#head, { fence });
        return;
      case 'remove': {
        const sequence = this.#choose(step.pick);
        if (sequence === 0) return;
        await store.removeTurn(tenant, thread, sequence, { fence });
        return this.#remove(sequence);
      }
      case 'prune':
        expect(await store.prune(tenant, thread, { keepLast: step.keepLast, fence })).toBe(
          this.#prune(step.keepLast),
        );
    }
  }

  async compare(store: ThreadStore, { tenant, thread }: Place): Promise<void> {
    const state = await store.load(tenant, thread, { lastTurns: 1_000 });
    const shown = state.turns.map(({ sequence, messages }) => [sequence, messages[0]?.content]);
    expect(shown).toEqual(this.#branch().map((sequence) => [sequence, this.#turns.get(sequence)?.text]));
    expect(state.info).toMatchObject({ head: this.#branch().at(-1) ?? 0, records: this.#turns.size });
    const { entries } = await store.history(tenant, thread, { limit: 1_000, branches: 'all' });
    const all = entries.map((entry) =>
      entry.kind === 'turn' ? [entry.turn.sequence, entry.turn.parent] : [],
    );
    expect(all).toEqual([...this.#turns].map(([sequence, { parent }]) => [sequence, parent]).reverse());
    await this.#comparePages(store, { tenant, thread });
  }

  /** As a fork has it. */
  currentBranch(): ThreadModel {
    const branch = new ThreadModel();
    for (const sequence of this.#branch()) branch.#turns.set(sequence, this.#turns.get(sequence) as Kept);
    branch.#head = this.#head;
    return branch;
  }

  async #comparePages(store: ThreadStore, { tenant, thread }: Place): Promise<void> {
    const found: number[] = [];
    let before: number | undefined;
    do {
      const page = await store.history(tenant, thread, { limit: 3, ...(before !== undefined && { before }) });
      for (const entry of page.entries) if (entry.kind === 'turn') found.push(entry.turn.sequence);
      before = page.nextBefore;
    } while (before !== undefined);
    expect(found).toEqual(this.#branch().reverse());
  }

  async #append(
    said: string,
    after: number | undefined,
    store: ThreadStore,
    { tenant, thread, fence }: Place & { readonly fence: number },
  ): Promise<void> {
    const turn = { messages: [{ role: 'user' as const, content: said }] };
    const saved = await store.append(tenant, thread, turn, { fence, ...(after !== undefined && { after }) });
    const parent = after ?? this.#branch().at(-1) ?? 0;
    expect(saved).toMatchObject({ sequence: ++this.#last, parent });
    this.#turns.set(saved.sequence, { parent, text: said });
    this.#head = saved.sequence;
  }

  #choose(number: number): number {
    const all = [0, ...this.#turns.keys()];
    return all[number % all.length] ?? 0;
  }

  /** The current branch, oldest first, as far back as it is there. */
  #branch(): number[] {
    const found: number[] = [];
    for (let at = this.#head; this.#turns.has(at); at = this.#turns.get(at)?.parent ?? 0) found.unshift(at);
    return found;
  }

  #remove(sequence: number): void {
    const parent = this.#turns.get(sequence)?.parent ?? 0;
    this.#turns.delete(sequence);
    for (const turn of this.#turns.values()) if (turn.parent === sequence) turn.parent = parent;
    if (this.#head === sequence) this.#head = parent;
  }

  #prune(keepLast: number): number {
    const branch = this.#branch();
    const first = branch.slice(Math.max(0, branch.length - keepLast))[0] ?? this.#last + 1;
    const cut = keepLast === 0 ? this.#last + 1 : first;
    const old = [...this.#turns.keys()].filter((sequence) => sequence < cut);
    for (const sequence of old) this.#turns.delete(sequence);
    return old.length;
  }
}

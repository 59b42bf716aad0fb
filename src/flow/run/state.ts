import { NaraeError } from '../../core/index.js';
import type { Plan } from '../graph/plan.js';
import type { AnyState, NodeUpdate } from '../graph/shape.js';

/** Who writes, and when. Times are counted in completions of nodes. */
export interface Write {
  readonly node: number;
  /** When the node was led to. */
  readonly since: number;
  readonly at: number;
}

const NOBODY = -1;

/** A run's state. Every update makes a new object, so that a node keeps the state with which it began. */
export class RunState {
  readonly #plan: Plan;
  readonly #writers: number[];
  readonly #writtenAt: number[];
  #current: AnyState;

  constructor(plan: Plan) {
    const { names, defaults } = plan.fields;
    this.#plan = plan;
    this.#writers = new Array<number>(names.length).fill(NOBODY);
    this.#writtenAt = new Array<number>(names.length).fill(0);
    const state: Record<string, unknown> = {};
    for (let slot = 0; slot < names.length; slot++) state[names[slot] as string] = defaults[slot]?.();
    this.#current = state;
  }

  get current(): AnyState {
    return this.#current;
  }

  /** Writes through the reducers; each of `update`'s parts is told to `onWritten`. */
  write(update: NodeUpdate, write: Write, onWritten: (update: object) => void): void {
    if (update === undefined || update === null) return;
    const parts = (Array.isArray(update) ? update : [update]) as readonly object[];
    for (const part of parts) {
      this.#writeOne(part as AnyState, write);
      onWritten(part);
    }
  }

  /** Who wrote each field last, by name. */
  writers(): Record<string, string> {
    const written = this.#plan.fields.names.flatMap((name, slot) => {
      const writer = this.#plan.names[this.#writers[slot] ?? NOBODY];
      return writer === undefined ? [] : [[name, writer] as const];
    });
    return Object.fromEntries(written);
  }

  /** The state of a snapshot, as it is; fields that it lacks keep their defaults. */
  restore(state: AnyState, writers: Readonly<Record<string, string>>): void {
    const { slots } = this.#plan.fields;
    const unknown = Object.keys(state).find((name) => !slots.has(name));
    if (unknown !== undefined) throw this.#unknownField('The snapshot', unknown);
    this.#current = { ...this.#current, ...state };
    for (const [name, writer] of Object.entries(writers)) {
      const slot = slots.get(name);
      if (slot !== undefined) this.#writers[slot] = this.#plan.numbers.get(writer) ?? NOBODY;
    }
  }

  #writeOne(update: AnyState, write: Write): void {
    const { slots, reducers, allowed } = this.#plan.fields;
    const mine = allowed[write.node];
    const next: Record<string, unknown> = { ...this.#current };
    for (const name in update) {
      const slot = slots.get(name);
      if (slot === undefined || mine?.has(slot) === false) throw this.#refusal(write.node, name);
      const value = update[name];
      if (value === undefined) continue;
      const reduce = reducers[slot];
      if (reduce === undefined) this.#claim(slot, write);
      next[name] = reduce === undefined ? value : reduce(next[name], value);
    }
    this.#current = next;
  }

  /** A field without reducer has one writer at a time. */
  #claim(slot: number, { node, since, at }: Write): void {
    const other = this.#writers[slot] ?? NOBODY;
    if (other !== NOBODY && this.#isBeside(slot, other, { node, since, at }))
      throw this.#conflict(slot, other, node);
    if (node === this.#plan.start) return;
    this.#writers[slot] = node;
    this.#writtenAt[slot] = at;
  }

  #isBeside(slot: number, other: number, { node, since, at }: Write): boolean {
    const writtenAt = this.#writtenAt[slot] ?? 0;
    if (other === node) return writtenAt === at;
    switch (this.#plan.relation(other, node)) {
      case 'ordered':
        return false;
      case 'looped':
        return writtenAt > since;
      case 'parallel':
        return true;
    }
  }

  #conflict(slot: number, other: number, node: number): NaraeError {
    const { names, fields } = this.#plan;
    const writers =
      other === node ? `several items of "${names[node]}"` : `"${names[other]}" and "${names[node]}"`;
    const field = fields.names[slot] as string;
    return new NaraeError('graph_state_conflict', { field, values: { writers } });
  }

  #refusal(node: number, name: string): NaraeError {
    return this.#unknownField(
      node === this.#plan.start ? 'The input' : `Node "${this.#plan.names[node]}"`,
      name,
      node,
    );
  }

  #unknownField(writer: string, field: string, node = this.#plan.start): NaraeError {
    const { names, allowed } = this.#plan.fields;
    const known = names.filter((_, slot) => allowed[node]?.has(slot) ?? true).join(', ');
    // The input comes from the caller; what a node writes is the program's own.
    const isInput = node === this.#plan.start;
    return new NaraeError('graph_state_unknown_field', {
      field,
      values: { writer, known },
      ...(isInput && { status: 422 }),
    });
  }
}

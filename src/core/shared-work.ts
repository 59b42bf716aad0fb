import { untilAborted } from './abort.js';
import { NaraeError } from './errors/index.js';

interface Work<Value> {
  readonly result: Promise<Value>;
  readonly cancel: AbortController;
  callers: number;
}

/**
 * Work that is done once for all who want it at the same time, by name. It is cancelled when the last of them has
 * left; its result, or its failure, is everybody's who is still there. Nothing is kept after the end.
 */
export class SharedWork<Value> {
  readonly #underWay = new Map<string, Work<Value>>();

  get size(): number {
    return this.#underWay.size;
  }

  /** Rejects with the signal's reason as soon as it aborts. */
  async run(
    name: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    const work = this.#underWay.get(name) ?? this.#begin(name, start);
    work.callers++;
    try {
      return await untilAborted(work.result, signal);
    } finally {
      work.callers--;
      if (work.callers === 0) this.#leave(name, work);
    }
  }

  #begin(name: string, start: (signal: AbortSignal) => Promise<Value>): Work<Value> {
    const cancel = new AbortController();
    const work = { result: start(cancel.signal), cancel, callers: 0 };
    this.#underWay.set(name, work);
    const forget = (): void => this.#forget(name, work);
    work.result.then(forget, forget);
    return work;
  }

  #leave(name: string, work: Work<Value>): void {
    if (this.#underWay.get(name) !== work) return;
    this.#forget(name, work);
    work.cancel.abort(new NaraeError('aborted'));
  }

  #forget(name: string, work: Work<Value>): void {
    if (this.#underWay.get(name) === work) this.#underWay.delete(name);
  }
}

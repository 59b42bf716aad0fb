import { sleep } from '../../../resilience/index.js';

/** Where a call takes effect: a key, and the group of keys that can be changed as one. */
export interface Place {
  readonly group: string;
  readonly key: string;
}

/**
 * Changes of one key one after the other, and changes of a whole group between them. On one connection the changes of
 * a key are in order by themselves, unless the server does not know a script yet or redirects.
 */
export class OrderedCalls {
  readonly #keys = new Map<string, Promise<void>>();
  readonly #groups = new Map<string, Promise<void>>();

  change<Result>(place: Place, call: () => Promise<Result>): Promise<Result> {
    return chain(this.#keys, place.key, this.#before(place), call);
  }

  /** Changes of single keys that come meanwhile wait for it. */
  changeGroup<Result>(group: string, call: () => Promise<Result>): Promise<Result> {
    const before = [this.#groups.get(group), ...this.#keys.values()].filter((one) => one !== undefined);
    return chain(this.#groups, group, before.length === 0 ? undefined : Promise.all(before), call);
  }

  /** Nothing is being changed. */
  get isIdle(): boolean {
    return this.#keys.size === 0 && this.#groups.size === 0;
  }

  /** Whether a call about the place would overtake changes of it. */
  isBusy({ group, key }: Place): boolean {
    return this.#keys.has(key) || this.#groups.has(group);
  }

  /** Resolves once the changes of the place that are under way have settled; false when that takes too long. */
  async caughtUp(place: Place, patienceMs: number): Promise<boolean> {
    return within(this.#before(place) ?? Promise.resolve(), patienceMs);
  }

  /** Resolves when nothing that is under way now is so any more, or the patience is over. */
  async settled(patienceMs: number): Promise<void> {
    await within(Promise.all([...this.#keys.values(), ...this.#groups.values()]), patienceMs);
  }

  #before({ group, key }: Place): Promise<unknown> | undefined {
    const [ofGroup, ofKey] = [this.#groups.get(group), this.#keys.get(key)];
    return ofGroup && ofKey ? Promise.all([ofGroup, ofKey]) : (ofGroup ?? ofKey);
  }
}

function chain<Result>(
  chains: Map<string, Promise<void>>,
  name: string,
  before: Promise<unknown> | undefined,
  call: () => Promise<Result>,
): Promise<Result> {
  const result = before === undefined ? call() : before.then(call);
  const settled = result.then(ignore, ignore).then(() => {
    if (chains.get(name) === settled) chains.delete(name);
  });
  chains.set(name, settled);
  return result;
}

function ignore(): void {}

/** Whether the work, which never rejects, ends in time. */
async function within(work: Promise<unknown>, patienceMs: number): Promise<boolean> {
  const enough = new AbortController();
  const late = sleep(patienceMs, enough.signal).then(
    () => false,
    () => false,
  );
  const inTime = await Promise.race([work.then(() => true), late]);
  enough.abort();
  return inTime;
}

import { sleep } from '../../../resilience/index.js';

/**
 * Changes of one key one after the other. On one connection they are in order by themselves, unless a server does not
 * know a script yet or redirects.
 */
export class OrderedCalls {
  readonly #underWay = new Map<string, Promise<void>>();

  change<Result>(key: string, call: () => Promise<Result>): Promise<Result> {
    const before = this.#underWay.get(key);
    const result = before === undefined ? call() : before.then(call);
    const settled = result.then(ignore, ignore).then(() => {
      if (this.#underWay.get(key) === settled) this.#underWay.delete(key);
    });
    this.#underWay.set(key, settled);
    return result;
  }

  /** Once the changes of the key that are under way have settled, or the patience is over. */
  read<Result>(key: string, patienceMs: number, call: () => Promise<Result>): Promise<Result> {
    const before = this.#underWay.get(key);
    return before === undefined ? call() : within(before, patienceMs).then(call);
  }

  /** Resolves when nothing that is under way now is so any more, or the patience is over. */
  async settled(patienceMs: number): Promise<void> {
    if (this.#underWay.size > 0) await within(Promise.all(this.#underWay.values()), patienceMs);
  }
}

function ignore(): void {}

async function within(work: Promise<unknown>, patienceMs: number): Promise<void> {
  const enough = new AbortController();
  await Promise.race([work, sleep(patienceMs, enough.signal).catch(ignore)]);
  enough.abort();
}

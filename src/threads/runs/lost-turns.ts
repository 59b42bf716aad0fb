import { NaraeError } from '../../core/index.js';
import type { ThreadLease, ThreadStore, Turn } from '../spec.js';
import { underLease } from '../under-lease.js';
import type { LostRun, RunPlace, RunStore } from './run-store.js';

/** Turns that may have come after one of a lost run, before it was known as stored: those that waited with it. */
const STORED_AFTER = 200;
const MAX_HISTORY = 1_000;

export interface LostTurnsParts {
  readonly threads: ThreadStore;
  readonly store: Pick<RunStore, 'lost' | 'restored'>;
  readonly leaseMs: number;
}

/**
 * Gives threads the turns that dead runs left behind, each once, in the order of the runs. Dying in the midst of it
 * does no harm: a turn names its run, so the next who tries sees how far it came.
 */
export class LostTurns {
  readonly #parts: LostTurnsParts;

  constructor(parts: LostTurnsParts) {
    this.#parts = parts;
  }

  /** Leaves a thread alone that somebody holds: who runs on it restores, or the next sweep does. */
  async restore(place: RunPlace): Promise<void> {
    const { threads, leaseMs: ttlMs } = this.#parts;
    const { tenant, thread } = place;
    try {
      const opened = await threads.open(tenant, thread, { holder: 'lost turns', ttlMs, lastTurns: 0 });
      if (opened === undefined) return;
      const { lease, state } = opened;
      await underLease(lease, () => this.restoreUnder(place, lease, state.info.head));
    } catch (error) {
      if (!isCode(error, 'thread_not_found')) throw error;
      // It was deleted, or the process died before it had made it: nothing was acknowledged then.
      await this.#forget(place);
    }
  }

  /** `head`: of the thread, as the lease was granted. */
  async restoreUnder(place: RunPlace, { fence }: ThreadLease, head: number): Promise<void> {
    const { store } = this.#parts;
    const runs = await store.lost(place);
    const newest = await this.#newest(place, runs.length);
    const stored = new Set(newest.map(({ run }) => run));
    const lastAtMs = newest[0]?.createdAtMs ?? 0;
    let current = head;
    for (const lost of runs) {
      const isAbandoned = lastAtMs > lost.endedAtMs;
      if (!stored.has(lost.run))
        current = await this.#append(place, lost, { fence, head: current, isAbandoned });
      await store.restored(place, lost.run);
    }
  }

  /** Gives the head after it. `isAbandoned`: the conversation has gone on without it. */
  async #append(
    { tenant, thread }: RunPlace,
    { run, turn: { after, ...turn } }: LostRun,
    {
      fence,
      head,
      isAbandoned,
    }: { readonly fence: number; readonly head: number; readonly isAbandoned: boolean },
  ): Promise<number> {
    const { threads } = this.#parts;
    const append = (options: { readonly after?: number }) =>
      threads.append(tenant, thread, { ...turn, run }, { fence, ...options });
    const { sequence } = await append(after === undefined ? {} : { after }).catch((error: unknown) => {
      if (!isCode(error, 'checkpoint_not_found')) throw error;
      return append({});
    });
    if (after === undefined || !isAbandoned) return sequence;
    await threads.moveHead(tenant, thread, head, { fence });
    return head;
  }

  /** Where the turns of lost runs must be, if they are stored: what came after those is theirs too, or was cut short. */
  async #newest({ tenant, thread }: RunPlace, runs: number): Promise<readonly Turn[]> {
    const limit = Math.min(MAX_HISTORY, runs + STORED_AFTER);
    const { entries } = await this.#parts.threads.history(tenant, thread, { limit, branches: 'all' });
    return entries.flatMap((entry) => (entry.kind === 'turn' ? [entry.turn] : []));
  }

  async #forget(place: RunPlace): Promise<void> {
    const { store } = this.#parts;
    for (const { run } of await store.lost(place)) await store.restored(place, run);
  }
}

function isCode(error: unknown, code: NaraeError['code']): boolean {
  return error instanceof NaraeError && error.code === code;
}

import { NaraeError, throwIfAborted } from '../../core/index.js';
import type { OpenedThread, RunContext, ThreadStore } from '../spec.js';
import type { ThreadChanges } from './changes.js';
import type { LiveRun } from './live-run.js';
import type { LostTurns } from './lost-turns.js';
import type { AddedRun, RunEnd, RunStore, StartOutcome } from './run-store.js';
import { withinGrace } from './within-grace.js';

/** A lease that others than runs hold is asked for again so often. */
const LEASE_RETRY_MS = 50;

export interface RunConductParts {
  readonly threads: ThreadStore;
  readonly store: RunStore;
  readonly node: string;
  readonly leaseMs: number;
  readonly changes: ThreadChanges;
  readonly lost: LostTurns;
  readonly report: (error: unknown) => void;
}

/**
 * Leads runs from their place in the queue to their recorded end.
 *
 *   queue ─▶ turn ─▶ lease, state ─▶ (lost turns) ─▶ execute ─▶ (roll back) ─▶ lease back ─▶ record
 */
export class RunConduct<Part> {
  readonly #parts: RunConductParts;

  constructor(parts: RunConductParts) {
    this.#parts = parts;
  }

  /** From its place in the queue to its recorded end. Never rejects. */
  async carryOut(live: LiveRun<Part>, added: AddedRun): Promise<RunEnd> {
    const end = await this.#toItsEnd(live, added).catch((error: unknown) => live.failure(error));
    try {
      await this.#record(live, end);
    } catch (error) {
      // The store cannot be reached: without renewal the run is found dead when it is back.
      this.#parts.report(error);
    }
    return end;
  }

  async #toItsEnd(live: LiveRun<Part>, { ahead, hasLost }: AddedRun): Promise<RunEnd> {
    const isFirst = ahead.length === 0;
    const turn: StartOutcome = isFirst ? { kind: 'started', hasLost } : await this.#turn(live);
    if (turn.kind !== 'started') return live.failure(new NaraeError('aborted'));
    const opened = await this.#lease(live);
    try {
      return await this.#execute(live, turn.hasLost ? await this.#withLost(live, opened) : opened);
    } finally {
      await opened.lease.release().catch((error: unknown) => this.#parts.report(error));
    }
  }

  /** Waits until nothing lives ahead of it, or it is over. Rejects with why it is to stop. */
  async #turn(live: LiveRun<Part>): Promise<StartOutcome> {
    const { store, node } = this.#parts;
    let stopWatching: (() => void) | undefined;
    try {
      return await this.#parts.changes.until(live.place, live.signal, async () => {
        const outcome = await store.start(live.place, live.id);
        if (outcome.kind !== 'waiting') return outcome;
        if (outcome.node !== node) stopWatching ??= await store.watch(live.place);
        return undefined;
      });
    } finally {
      stopWatching?.();
    }
  }

  /** Rejects with why the run is to stop. */
  async #lease(live: LiveRun<Part>): Promise<OpenedThread> {
    const { tenant, thread, lastTurns, createThread } = live.request;
    for (;;) {
      throwIfAborted(live.signal);
      const opened = await this.#parts.threads.open(tenant, thread, {
        holder: live.id,
        ttlMs: this.#parts.leaseMs,
        ...(lastTurns !== undefined && { lastTurns }),
        ...(createThread && { create: createThread }),
      });
      if (opened) return opened;
      await this.#parts.changes.next(live.place, LEASE_RETRY_MS, live.signal);
    }
  }

  /** The thread with what it was owed; as it is, where that cannot be stored now. */
  async #withLost(live: LiveRun<Part>, { lease, state }: OpenedThread): Promise<OpenedThread> {
    const { threads, lost, report } = this.#parts;
    const { tenant, thread } = live.place;
    const { lastTurns } = live.request;
    try {
      await lost.restoreUnder(live.place, lease, state.info.head);
      return {
        lease,
        state: await threads.load(tenant, thread, lastTurns === undefined ? {} : { lastTurns }),
      };
    } catch (error) {
      report(error);
      return { lease, state };
    }
  }

  async #execute(live: LiveRun<Part>, { lease, state }: OpenedThread): Promise<RunEnd> {
    const onLost = (): void => live.stop('lease-lost');
    lease.lost.addEventListener('abort', onLost, { once: true });
    const timer = setTimeout(() => live.stop('timeout'), live.timeoutMs).unref();
    const context: RunContext<Part> = {
      ...{ run: live.id, thread: live.place.thread, lease, state, signal: live.signal },
      write: (parts) => live.write(parts),
    };
    try {
      throwIfAborted(live.signal);
      await withinGrace(live.request.execute(context), live.signal);
      if (live.reason !== 'rollback') return { status: 'success' };
    } catch (error) {
      if (live.reason !== 'rollback') return live.failure(error);
    } finally {
      clearTimeout(timer);
      lease.lost.removeEventListener('abort', onLost);
    }
    await this.#rollBack(live, context);
    return { status: 'interrupted' };
  }

  async #rollBack(live: LiveRun<Part>, context: RunContext<Part>): Promise<void> {
    const { tenant, thread } = live.place;
    const { lease, state } = context;
    await this.#parts.threads.moveHead(tenant, thread, state.info.head, { fence: lease.fence });
    await live.request.undo?.(context);
  }

  #record(live: LiveRun<Part>, end: RunEnd): Promise<unknown> {
    const { store } = this.#parts;
    return live.reason === 'rollback'
      ? store.remove(live.place, live.id)
      : store.end(live.place, live.id, end);
  }
}

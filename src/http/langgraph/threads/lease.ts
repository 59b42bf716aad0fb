import { setTimeout as sleep } from 'node:timers/promises';
import { NaraeError, newId } from '../../../core/index.js';
import { underLease } from '../../../threads/index.js';
import type { ThreadStore } from '../../../threads/spec.js';
import type { GraphPlace } from '../graph.js';

/** How long a change of a state waits for the thread. */
const WAIT_MS = 2_000;
const RETRY_MS = 25;

/** Does something to a thread under its lease. Rejects with `thread_busy` while a run has it. */
export async function withLease<Result>(
  threads: ThreadStore,
  { tenant, thread }: GraphPlace,
  work: (fence: number) => Promise<Result>,
): Promise<Result> {
  const untilMs = performance.now() + WAIT_MS;
  for (;;) {
    const opened = await threads.open(tenant, thread, { holder: newId('state'), lastTurns: 0 });
    if (opened !== undefined) return underLease(opened.lease, () => work(opened.lease.fence));
    if (performance.now() >= untilMs) throw new NaraeError('thread_busy', { values: { thread } });
    await sleep(RETRY_MS);
  }
}

import { NaraeError, newId } from '../../../core/index.js';
import { underLease } from '../../../threads/index.js';
import type { OpenedThread, ThreadStore } from '../../../threads/spec.js';

/** Holds the right to write for the length of `work`. Rejects with `thread_busy` while the thread is being answered. */
export async function withLease<Value>(
  threads: ThreadStore,
  tenant: string,
  thread: string,
  work: (fence: number, opened: OpenedThread) => Promise<Value>,
): Promise<Value> {
  const opened = await threads.open(tenant, thread, { holder: newId('edit'), lastTurns: 0 });
  if (opened === undefined) throw new NaraeError('thread_busy', { values: { thread } });
  return underLease(opened.lease, () => work(opened.lease.fence, opened));
}

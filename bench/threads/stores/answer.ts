import type { NewTurn, ThreadStore } from '../../../dist/threads/index.js';
import { TENANT } from './subjects.js';

export interface AnswerCost {
  readonly loadMs: number;
  readonly saveMs: number;
  /** Of this process, for both: what a busy machine does not change. */
  readonly cpuMs: number;
}

/** Loads and saves as an answer does: load with the lease, then save and give it back. */
export async function answer(store: ThreadStore, thread: string, turn: NewTurn): Promise<AnswerCost> {
  const before = process.cpuUsage();
  const start = performance.now();
  const opened = await store.open(TENANT, thread, { holder: 'bench', create: {} });
  const loaded = performance.now();
  if (!opened) throw new Error(`${thread} is held by somebody else`);
  await store.append(TENANT, thread, turn, { fence: opened.lease.fence, release: true });
  const saved = performance.now();
  const { user, system } = process.cpuUsage(before);
  return { loadMs: loaded - start, saveMs: saved - loaded, cpuMs: (user + system) / 1_000 };
}

export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
}

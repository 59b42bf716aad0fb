import type { BaseCheckpointSaver, CheckpointTuple, PendingWrite } from '@langchain/langgraph-checkpoint';
import { configAt, refOf } from './configs.js';

/** Checkpoints of a thread that a copy takes with it; older ones stay behind. */
const LIMIT = 1_000;

/** Stores a thread's checkpoints again, under another thread's name, oldest first. */
export async function copyCheckpoints(saver: BaseCheckpointSaver, from: string, to: string): Promise<void> {
  const tuples: CheckpointTuple[] = [];
  for await (const tuple of saver.list({ configurable: { thread_id: from } }, { limit: LIMIT }))
    tuples.push(tuple);
  for (const tuple of tuples.reverse()) await copyOne(saver, tuple, to);
}

async function copyOne(
  saver: BaseCheckpointSaver,
  { config, checkpoint, metadata, parentConfig, pendingWrites = [] }: CheckpointTuple,
  to: string,
): Promise<void> {
  const { namespace = '' } = refOf(config);
  const parent = parentConfig && refOf(parentConfig).id;
  const at = configAt(to, { namespace, ...(parent !== undefined && { id: parent }) });
  const stored = await saver.put(
    at,
    checkpoint,
    metadata ?? { source: 'fork', step: -1, parents: {} },
    checkpoint.channel_versions,
  );
  const byTask = new Map<string, PendingWrite[]>();
  for (const [task, channel, value] of pendingWrites)
    byTask.set(task, [...(byTask.get(task) ?? []), [channel, value]]);
  for (const [task, writes] of byTask) await saver.putWrites(stored, writes, task);
}

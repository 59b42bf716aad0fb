import type { CheckpointPendingWrite, DeltaChannelHistory } from '@langchain/langgraph-checkpoint';
import { ancestorsOf } from './ancestors.js';
import { pendingWrite } from './pending-writes.js';
import type { FoundCheckpoint, ThreadReader } from './thread-reader.js';

interface Collected {
  /** Newest checkpoint first; within one, in LangGraph's order. */
  readonly steps: CheckpointPendingWrite[][];
  seed?: { readonly value: unknown };
}

/**
 * What each channel was written on the way to a checkpoint, from the nearest ancestor that holds its value: that
 * value, and the writes since. The checkpoint's own writes and value are not part of it.
 */
export async function deltaHistory(
  reader: ThreadReader,
  from: FoundCheckpoint,
  channels: readonly string[],
): Promise<Record<string, DeltaChannelHistory>> {
  const collected = new Map<string, Collected>(channels.map((channel) => [channel, { steps: [] }]));
  const open = new Set(channels);
  for await (const ancestor of ancestorsOf(reader, from)) {
    for (const channel of open) {
      await collect(reader, ancestor, channel, collected.get(channel)!);
      if (collected.get(channel)!.seed !== undefined) open.delete(channel);
    }
    if (open.size === 0) break;
  }
  return Object.fromEntries([...collected].map(([channel, one]) => [channel, historyOf(one)]));
}

async function collect(
  reader: ThreadReader,
  { manifest, writes, read }: FoundCheckpoint,
  channel: string,
  into: Collected,
): Promise<void> {
  const own = writes.filter((write) => write.channel === channel);
  into.steps.push(
    await Promise.all(own.map(async (write) => pendingWrite(write, await reader.value(write.value, read)))),
  );
  const stored = manifest.values.get(channel);
  const value = stored && (await reader.value(stored, read));
  if (value !== undefined) into.seed = { value };
}

function historyOf({ steps, seed }: Collected): DeltaChannelHistory {
  const writes = steps.reverse().flat();
  return seed === undefined ? { writes } : { writes, seed: seed.value };
}

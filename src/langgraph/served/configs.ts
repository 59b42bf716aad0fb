import type { RunnableConfig } from '@langchain/core/runnables';
import type { CheckpointRef, GraphOrder, GraphPlace } from '../../http/index.js';

export function configAt(thread: string, { id, namespace }: CheckpointRef = {}): RunnableConfig {
  return {
    configurable: {
      thread_id: thread,
      checkpoint_ns: namespace ?? '',
      ...(id !== undefined && { checkpoint_id: id }),
    },
  };
}

export function refOf(config: RunnableConfig | undefined): CheckpointRef {
  const { checkpoint_id: id, checkpoint_ns: namespace = '' } = config?.configurable ?? {};
  return { ...(id !== undefined && { id: id as string }), namespace: namespace as string };
}

/** What a client says about the run, and where it takes place. Names with `__` are LangGraph's own. */
export function runConfig({ config, checkpoint }: GraphOrder, { thread }: GraphPlace, run: string) {
  const own = Object.entries(config.configurable).filter(([name]) => !name.startsWith('__'));
  return {
    configurable: { ...Object.fromEntries(own), run_id: run, ...configAt(thread, checkpoint).configurable },
    metadata: { ...config.metadata },
    ...(config.tags && { tags: [...config.tags] }),
    ...(config.recursionLimit !== undefined && { recursionLimit: config.recursionLimit }),
  };
}

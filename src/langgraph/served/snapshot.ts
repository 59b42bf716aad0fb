import type { RunnableConfig } from '@langchain/core/runnables';
import type { StateSnapshot } from '@langchain/langgraph';
import type { GraphInterrupt, GraphSnapshot, GraphTask } from '../../http/index.js';
import { refOf } from './configs.js';
import { toPlain } from './plain.js';

type Task = StateSnapshot['tasks'][number];

/** A state as plain data. */
export function plainSnapshot(state: StateSnapshot): GraphSnapshot {
  const { values, next, tasks, config, parentConfig, metadata, createdAt } = state;
  return {
    values: toPlain(values),
    next: [...next],
    tasks: tasks.map(plainTask),
    checkpoint: refOf(config),
    ...(parentConfig && { parent: refOf(parentConfig) }),
    metadata: toPlain(metadata ?? {}) as Record<string, unknown>,
    ...(createdAt !== undefined && { createdAt }),
  };
}

function plainTask({ id, name, error, interrupts, result, state }: Task): GraphTask {
  return {
    id,
    name: String(name),
    ...(error !== undefined && { error: describe(error) }),
    interrupts: (interrupts ?? []).map((interrupt) => toPlain(interrupt) as GraphInterrupt),
    ...(result !== undefined && { result: toPlain(result) }),
    ...(state !== undefined && ('values' in state ? withState(state) : { checkpoint: refOf(state) })),
  };
}

function withState(state: StateSnapshot) {
  const snapshot = plainSnapshot(state);
  return { state: snapshot, checkpoint: refOf(state.config as RunnableConfig) };
}

function describe(error: unknown): string {
  const plain = toPlain(error);
  if (typeof plain === 'string') return plain;
  return String((plain as { message?: unknown } | null)?.message ?? JSON.stringify(plain));
}

import type { CheckpointRef, GraphInterrupt, GraphSnapshot, GraphTask } from '../graph.js';

/** A state as LangGraph's clients know it. */
export function stateJson(thread: string, snapshot: GraphSnapshot): Readonly<Record<string, unknown>> {
  const { values, next, tasks, checkpoint, parent, metadata, createdAt } = snapshot;
  return {
    values,
    next,
    tasks: tasks.map((task) => taskJson(thread, task)),
    interrupts: tasks.flatMap((task) => task.interrupts),
    checkpoint: checkpointJson(thread, checkpoint),
    parent_checkpoint: parent === undefined ? null : checkpointJson(thread, parent),
    metadata,
    created_at: createdAt ?? null,
  };
}

export function checkpointJson(thread: string, { id, namespace = '' }: CheckpointRef) {
  return {
    thread_id: thread,
    checkpoint_ns: namespace,
    checkpoint_id: id ?? null,
    checkpoint_map: null,
  };
}

/** What waits for a person, by task. */
export function interruptsOf({ tasks }: GraphSnapshot): Record<string, readonly GraphInterrupt[]> {
  return Object.fromEntries(
    tasks.filter((task) => task.interrupts.length > 0).map((task) => [task.id, task.interrupts]),
  );
}

function taskJson(thread: string, { id, name, error, interrupts, result, checkpoint, state }: GraphTask) {
  return {
    id,
    name,
    error: error ?? null,
    interrupts,
    ...(result !== undefined && { result }),
    checkpoint: checkpoint === undefined ? null : checkpointJson(thread, checkpoint),
    state: state === undefined ? null : stateJson(thread, state),
  };
}

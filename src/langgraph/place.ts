import type { RunnableConfig } from '@langchain/core/runnables';
import { getCheckpointId } from '@langchain/langgraph-checkpoint';
import { NaraeError } from '../core/index.js';
import type { CheckpointPlace } from '../threads/index.js';

/** Longer names are refused: they become keys. */
const NAME_LIMIT = 1_024;

/** The thread that a config names; undefined if none. Throws `invalid_request`. */
export function threadOf(config: RunnableConfig): string | undefined {
  const thread = config.configurable?.thread_id as unknown;
  return thread === undefined || thread === null ? undefined : nameOf('thread_id', thread);
}

/** Throws `invalid_request` where the config names no thread. */
export function requireThread(config: RunnableConfig): string {
  const thread = threadOf(config);
  if (thread === undefined) throw invalid('thread_id', 'is missing: say which conversation this state is of');
  return thread;
}

/** Throws `invalid_request` where the config names no checkpoint. */
export function requirePlace(config: RunnableConfig): CheckpointPlace {
  const id = checkpointIdOf(config);
  if (id === undefined) throw invalid('checkpoint_id', 'is missing: writes belong to a checkpoint');
  return { namespace: namespaceOf(config), id };
}

export function namespaceOf(config: RunnableConfig): string {
  const namespace = config.configurable?.checkpoint_ns as unknown;
  return namespace === undefined || namespace === '' ? '' : nameOf('checkpoint_ns', namespace);
}

export function checkpointIdOf(config: RunnableConfig): string | undefined {
  const id = getCheckpointId(config) as unknown;
  return id === '' ? undefined : nameOf('checkpoint_id', id);
}

export function configOf(thread: string, { namespace, id }: CheckpointPlace) {
  return { configurable: { thread_id: thread, checkpoint_ns: namespace, checkpoint_id: id } };
}

/** Throws `invalid_request`. NUL separates names in keys; half a surrogate pair cannot be stored. */
export function nameOf(key: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw invalid(key, 'must be a text that is not empty');
  if (value.length > NAME_LIMIT) throw invalid(key, `has more than ${NAME_LIMIT} characters`);
  if (value.includes('\0') || /\p{Surrogate}/u.test(value))
    throw invalid(key, 'holds characters that a name cannot');
  return value;
}

function invalid(key: string, problem: string): NaraeError {
  const field = `configurable.${key}`;
  return new NaraeError('invalid_request', { values: { reason: `${field} ${problem}.` }, field });
}

import type { RunnableConfig } from '@langchain/core/runnables';
import type { StateSnapshot } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';

/**
 * What is used of a compiled graph. By shape and not by class: a user's graph may come from another copy of LangGraph
 * than ours.
 */
export interface CompiledGraph {
  checkpointer?: BaseCheckpointSaver | boolean;
  readonly nodes: Readonly<Record<string, unknown>>;
  readonly channels: Readonly<Record<string, unknown>>;
  withConfig(config: RunnableConfig): CompiledGraph;
  stream(input: unknown, options: Readonly<Record<string, unknown>>): Promise<AsyncIterable<StreamChunk>>;
  getState(config: RunnableConfig, options?: { readonly subgraphs?: boolean }): Promise<StateSnapshot>;
  getStateHistory(config: RunnableConfig, options?: HistoryOptions): AsyncIterable<StateSnapshot>;
  updateState(config: RunnableConfig, values: unknown, asNode?: string): Promise<RunnableConfig>;
  getGraphAsync(options: { readonly xray: boolean | number }): Promise<{ toJSON(): object }>;
}

interface HistoryOptions {
  readonly limit?: number;
  readonly before?: RunnableConfig;
  readonly filter?: Readonly<Record<string, unknown>>;
}

/** Of a stream of several modes: with the place of the subgraph where those were asked for. */
export type StreamChunk =
  | readonly [mode: string, data: unknown]
  | readonly [place: readonly string[], mode: string, data: unknown];

export function isCompiled(value: unknown): value is CompiledGraph {
  return hasMethods(value, ['stream', 'withConfig', 'getState', 'updateState']);
}

/** A `StateGraph` that nobody has compiled yet. */
export function isBuilder(value: unknown): value is { compile(): unknown } {
  return hasMethods(value, ['addNode', 'compile']);
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
}

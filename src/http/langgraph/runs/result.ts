import { type NaraeError, toNaraeError } from '../../../core/index.js';
import type { GraphPlace, GraphSnapshot, ServedGraph } from '../graph.js';
import type { LangGraphParts } from '../parts.js';

/** The values that a run left, once it has ended; or its error, as LangGraph's clients look for it. */
export async function resultOf(
  { runs }: LangGraphParts,
  graph: ServedGraph,
  place: GraphPlace,
  run: string,
  signal: AbortSignal,
): Promise<unknown> {
  const { error } = await runs.wait(place.tenant, place.thread, run, signal);
  if (error !== undefined) return { __error__: { error: error.code, message: error.message } };
  return valuesWithInterrupts(await graph.state(place));
}

function valuesWithInterrupts({ values, tasks }: GraphSnapshot): unknown {
  const interrupts = tasks.flatMap((task) => task.interrupts);
  if (interrupts.length === 0 || typeof values !== 'object' || values === null) return values;
  return { ...values, __interrupt__: interrupts };
}

/** The data of an `error` event. */
export function errorData(thrown: unknown): { readonly error: NaraeError; readonly json: object } {
  const error = toNaraeError(thrown);
  const { code, message, field } = error;
  return { error, json: { error: code, message, ...(field !== undefined && { field }) } };
}

import type { UpstreamFields } from '../llm/spec.js';

/** Texts that name something: they may come again, but never in pieces. */
const NAMES = new Set(['id', 'type', 'name', 'role', 'format', 'index']);

/**
 * What pieces of a message say together, as OpenAI's clients put them: texts follow each other, so do lists, objects
 * are merged field by field, of all else the latest counts. Changes none of its arguments, nor their prototypes.
 */
export function mergedFields(so: UpstreamFields | undefined, next: UpstreamFields): UpstreamFields {
  if (so === undefined) return next;
  const all: Record<string, unknown> = { ...so };
  for (const [name, value] of Object.entries(next))
    if (name !== '__proto__') all[name] = merged(name, so[name], value);
  return all;
}

function merged(name: string, so: unknown, next: unknown): unknown {
  if (typeof so === 'string' && typeof next === 'string') return NAMES.has(name) ? next : so + next;
  if (Array.isArray(so) && Array.isArray(next)) return [...so, ...next];
  return isFields(so) && isFields(next) ? mergedFields(so, next) : next;
}

function isFields(value: unknown): value is UpstreamFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { NaraeError } from '../core/index.js';
import type { Filter, FilterCondition, FilterValue } from './spec.js';

/** One condition, checked. A value's type is part of it: the text "5" is not the number 5. */
export type FilterClause =
  | { readonly key: string; readonly test: 'any'; readonly values: readonly FilterValue[] }
  | { readonly key: string; readonly test: 'ne'; readonly value: FilterValue }
  | { readonly key: string; readonly test: 'prefix'; readonly value: string }
  | { readonly key: string; readonly test: Comparison; readonly value: number | string };

export type Comparison = 'gt' | 'gte' | 'lt' | 'lte';

const MAX_KEYS = 32;
const MAX_VALUES = 1_000;
const TESTS = new Set(['prefix', 'gt', 'gte', 'lt', 'lte', 'ne']);

/** Throws `invalid_filter` with the field, such as `filter.year.gte`. */
export function parseFilter(filter: Filter, field = 'filter'): FilterClause[] {
  if (!isObject(filter)) throw invalid(field, 'it must be an object');
  const keys = Object.keys(filter);
  if (keys.length > MAX_KEYS) throw invalid(field, `it has more than ${MAX_KEYS} keys`);
  if (keys.includes('')) throw invalid(field, 'a key is empty');
  return keys.flatMap((key) => parseKey(key, filter[key], `${field}.${key}`));
}

function parseKey(key: string, value: Filter[string] | undefined, field: string): FilterClause[] {
  const clauses = isObject(value)
    ? parseConditions(key, value as FilterCondition, field)
    : [{ key, test: 'any' as const, values: parseValues(value, field) }];
  return key === 'updated_at' ? clauses.map((clause) => inMilliseconds(clause, field)) : clauses;
}

function parseValues(value: Filter[string] | undefined, field: string): FilterValue[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length > MAX_VALUES) throw invalid(field, `it lists more than ${MAX_VALUES} values`);
  return values.map((each, at) => parseValue(each, Array.isArray(value) ? `${field}[${at}]` : field));
}

function parseValue(value: unknown, field: string): FilterValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(field, 'a value must be a string, a number or a boolean');
}

function parseConditions(key: string, conditions: FilterCondition, field: string): FilterClause[] {
  const entries = Object.entries(conditions);
  if (entries.length === 0) throw invalid(field, 'it holds no condition');
  return entries.map(([test, value]) => parseCondition(key, test, value, `${field}.${test}`));
}

function parseCondition(key: string, test: string, value: unknown, field: string): FilterClause {
  if (!TESTS.has(test)) throw invalid(field, `"${test}" is none of ${[...TESTS].join(', ')}`);
  if (test === 'ne') return { key, test, value: parseValue(value, field) };
  if (test === 'prefix') {
    if (typeof value !== 'string') throw invalid(field, 'a prefix must be a string');
    return { key, test, value };
  }
  if (typeof value !== 'string' && !(typeof value === 'number' && Number.isFinite(value)))
    throw invalid(field, 'it must be compared with a number or a string');
  return { key, test: test as Comparison, value };
}

/** `updated_at` takes ISO 8601 or milliseconds since the epoch. */
function inMilliseconds(clause: FilterClause, field: string): FilterClause {
  if (clause.test === 'prefix') throw invalid(`${field}.prefix`, 'a time has no prefix');
  if (clause.test === 'any') return { ...clause, values: clause.values.map((value) => toTime(value, field)) };
  return { ...clause, value: toTime(clause.value, `${field}.${clause.test}`) } as FilterClause;
}

function toTime(value: FilterValue, field: string): number {
  const time = typeof value === 'number' ? value : Date.parse(String(value));
  if (!Number.isFinite(time) || typeof value === 'boolean')
    throw invalid(field, 'it must be a time in ISO 8601, such as 2026-01-31T00:00:00Z');
  return time;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(field: string, reason: string): NaraeError {
  return new NaraeError('invalid_filter', { field, values: { reason: `${field}: ${reason}` } });
}

import { parse } from 'yaml';
import type { FilterValue } from '../../retrieval/spec.js';
import { oneLine } from './tidy.js';

export interface FrontMatter {
  /** The document without its front matter. */
  readonly body: string;
  readonly title: string | undefined;
  readonly metadata: Readonly<Record<string, FilterValue>>;
}

const MAX_FRONT_MATTER_CHARS = 64 * 1024;
const MAX_KEYS = 32;
const MAX_VALUE_CHARS = 1000;

const CLOSING = /(?<=\n)(?:---|\.\.\.)[ \t]*$/m;

/** Filter keys that a document describes itself by; front matter must not shadow them. */
const RESERVED = new Set(['source', 'title', 'language', 'media_type', 'updated_at']);

/**
 * Takes YAML front matter off a document's top. Only flat scalars become metadata; lists and nested values are left
 * out. What is not valid YAML stays in the body, since it was not front matter then.
 */
export function takeFrontMatter(text: string): FrontMatter {
  const found = findFrontMatter(text);
  const values = found && parseYaml(found.yaml);
  if (!found || !values) return { body: text, title: undefined, metadata: {} };
  const title = typeof values.title === 'string' ? oneLine(values.title) : '';
  return { body: found.body, title: title === '' ? undefined : title, metadata: toMetadata(values) };
}

/** Flat scalars of an object, bounded in number and length. */
export function toMetadata(values: Readonly<Record<string, unknown>>): Record<string, FilterValue> {
  const metadata: Record<string, FilterValue> = {};
  for (const [key, value] of Object.entries(values).slice(0, MAX_KEYS)) {
    if (RESERVED.has(key) || key === '' || key.length > 100) continue;
    if (typeof value === 'string') metadata[key] = value.slice(0, MAX_VALUE_CHARS);
    else if (typeof value === 'boolean' || Number.isFinite(value)) metadata[key] = value as FilterValue;
  }
  return metadata;
}

function findFrontMatter(text: string): { yaml: string; body: string } | undefined {
  if (!text.startsWith('---\n')) return undefined;
  const end = text.slice(0, MAX_FRONT_MATTER_CHARS).search(CLOSING);
  if (end < 0) return undefined;
  const newline = text.indexOf('\n', end);
  return { yaml: text.slice(4, end), body: newline < 0 ? '' : text.slice(newline + 1) };
}

function parseYaml(yaml: string): Record<string, unknown> | undefined {
  if (yaml.trim() === '') return {};
  try {
    const value: unknown = parse(yaml, { logLevel: 'error' });
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

import { findKey } from './keys.js';
import type { ConfigEntry } from './load.js';
import { isSecret } from './secret-fields.js';

const HIDDEN = '(hidden)';

/** An entry that may be shown: keys and the credentials in URLs replaced. */
export function redactEntry(entry: ConfigEntry): ConfigEntry {
  if (entry.value === undefined) return entry;
  const secret = findKey(entry.key)?.secret ?? true;
  return { ...entry, value: secret ? hide(entry.value) : redactNested(entry.value) };
}

function hide(value: unknown): unknown {
  return Array.isArray(value) ? value.map(() => HIDDEN) : HIDDEN;
}

function redactNested(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^(\w+:\/\/)[^/@\s]+@/, `$1${HIDDEN}@`);
  if (Array.isArray(value)) return value.map(redactNested);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, nested]) => [name, isSecret(name) ? HIDDEN : redactNested(nested)]),
  );
}

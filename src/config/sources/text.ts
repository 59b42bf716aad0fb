import { invalid } from '../check.js';
import type { ConfigKey } from '../keys.js';
import type { Origin } from '../origin.js';

const TRUE = new Set(['true', '1', 'yes', 'on']);
const FALSE = new Set(['false', '0', 'no', 'off']);

/**
 * A value written as text (environment, flag) in the type that its key has. What cannot be read stays text, so
 * that validation names it; only broken JSON throws here, as `config_invalid`.
 */
export function parseText(key: ConfigKey, text: string, origin: Origin): unknown {
  switch (key.kind) {
    case 'text':
      return text;
    case 'integer':
    case 'number':
      return parseNumber(text);
    case 'boolean':
      return parseBoolean(text);
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'json':
      return parseJson(key, text, origin);
  }
}

function parseNumber(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}

function parseBoolean(text: string): boolean | string {
  const word = text.trim().toLowerCase();
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : text;
}

function parseJson(key: ConfigKey, text: string, origin: Origin): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(key.key, 'must be JSON', origin);
  }
}

import { findKey } from '../keys.js';
import type { Origin, RawValue } from '../origin.js';
import { parseText } from './text.js';

/** A value given on the command line. */
export interface FlagValue {
  readonly key: string;
  /** Text as typed, or true and false for a switch. */
  readonly value: string | boolean;
  /** As typed: `--port`, `-k`, `[folder]`. */
  readonly flag: string;
}

export function readFlags(flags: readonly FlagValue[], baseDir: string): RawValue[] {
  return flags.map(({ key, value, flag }) => {
    const origin: Origin = { kind: 'flag', flag };
    return { key, value: parseFlag(key, value, origin), origin, baseDir };
  });
}

function parseFlag(name: string, value: string | boolean, origin: Origin): unknown {
  const key = findKey(name);
  return key && typeof value === 'string' ? parseText(key, value, origin) : value;
}

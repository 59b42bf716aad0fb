import { unknownKey } from '../check.js';
import { CONFIG_KEYS, findKey } from '../keys.js';
import type { Origin, RawValue } from '../origin.js';
import { suggestion } from '../suggest.js';
import { parseText } from './text.js';

/** A value given on the command line, or by a program that calls Narae as a library. */
export interface FlagValue {
  readonly key: string;
  /** Text is read as the key's type; any other value is taken as it is. */
  readonly value: unknown;
  /** As typed: `--port`, `-k`, `[folder]`. */
  readonly flag: string;
}

/** Throws `config_unknown_key` for a key that there is not. */
export function readFlags(flags: readonly FlagValue[], baseDir: string): RawValue[] {
  return flags.map(({ key: name, value, flag }) => {
    const origin: Origin = { kind: 'flag', flag };
    const key = findKey(name);
    if (!key) {
      const names = CONFIG_KEYS.map(({ key: known }) => known);
      throw unknownKey(name, origin, suggestion(name, names));
    }
    return {
      key: name,
      value: typeof value === 'string' ? parseText(key, value, origin) : value,
      origin,
      baseDir,
    };
  });
}

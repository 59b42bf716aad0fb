import { unknownKey } from '../check.js';
import { CONFIG_KEYS } from '../keys.js';
import type { Origin, RawValue } from '../origin.js';
import { suggestion } from '../suggest.js';
import { parseText } from './text.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'NARAE_';
const KEYS_BY_VARIABLE = new Map(CONFIG_KEYS.map((key) => [key.variable, key]));

/**
 * Values of all `NARAE_…` variables, after those of the keys' other variables, which they win over; an empty one
 * counts as not set. Throws `config_unknown_key` for one with our prefix that it does not know.
 */
export function readEnvironment(environment: Environment, baseDir: string): RawValue[] {
  return [...readAliases(environment, baseDir), ...readOwn(environment, baseDir)];
}

function readAliases(environment: Environment, baseDir: string): RawValue[] {
  return CONFIG_KEYS.flatMap((key) => {
    const text = key.alias === undefined ? undefined : environment[key.alias];
    if (key.alias === undefined || text === undefined || text === '') return [];
    const origin: Origin = { kind: 'environment', name: key.alias };
    return [{ key: key.key, value: parseText(key, text, origin), origin, baseDir }];
  });
}

function readOwn(environment: Environment, baseDir: string): RawValue[] {
  return Object.entries(environment).flatMap(([name, text]) => {
    if (!name.startsWith(PREFIX) || text === undefined || text === '') return [];
    const origin: Origin = { kind: 'environment', name };
    const key = KEYS_BY_VARIABLE.get(name);
    if (!key) throw unknownKey(name, origin, suggestion(name, KEYS_BY_VARIABLE.keys()));
    return [{ key: key.key, value: parseText(key, text, origin), origin, baseDir }];
  });
}

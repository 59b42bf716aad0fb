import { resolve } from 'node:path';
import { checkValue } from './check.js';
import { CONFIG_KEYS, type ConfigKey, findKey } from './keys.js';
import { DEFAULT_ORIGIN, type Origin, type RawValue } from './origin.js';
import { checkRules } from './rules.js';
import type { Config } from './schema.js';
import { type Environment, readEnvironment } from './sources/environment.js';
import { findConfigFile, readConfigFile } from './sources/file.js';
import { type FlagValue, readFlags } from './sources/flags.js';
import { readVendors } from './vendors.js';

export interface LoadOptions {
  /** What the command line says. */
  readonly flags?: readonly FlagValue[];
  /** Path from `--config`; else `narae.config.json`, `.yaml` or `.yml` in `cwd` when there. */
  readonly file?: string;
  /** Default: the process's. */
  readonly environment?: Environment;
  /** Default: the process's working directory. */
  readonly cwd?: string;
}

/** One key of the effective configuration. `value` is undefined when the key is optional and not set. */
export interface ConfigEntry {
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Every key in the order of the schema, with secrets: redact before showing. */
  readonly entries: readonly ConfigEntry[];
  /** The configuration file that was read. */
  readonly file: string | undefined;
}

/**
 * Reads defaults < file < environment < flags, validates each value where it was said, and freezes the result.
 * Throws `config_invalid`, `config_unknown_key` or `config_file_unreadable`, naming key and origin.
 */
export function loadConfig(options: LoadOptions = {}): LoadedConfig {
  const cwd = options.cwd ?? process.cwd();
  const environment = options.environment ?? process.env;
  const file = findConfigFile(cwd, options.file);
  const values = new Map<string, RawValue>();
  const accept = (raw: RawValue): void => void values.set(raw.key, checked(raw));
  if (file !== undefined) readConfigFile(file).forEach(accept);
  readEnvironment(environment, cwd).forEach(accept);
  readFlags(options.flags ?? [], cwd).forEach(accept);
  readVendors(values, environment, cwd).forEach(accept);
  const entries = CONFIG_KEYS.map((key) => entryOf(key, values, cwd));
  const config = buildTree(entries);
  checkRules(config, entries);
  return { config, entries, file };
}

function checked(raw: RawValue): RawValue {
  // Every source refuses keys that it does not know.
  checkValue(findKey(raw.key) as ConfigKey, raw);
  return raw;
}

function entryOf(key: ConfigKey, values: ReadonlyMap<string, RawValue>, cwd: string): ConfigEntry {
  const raw = values.get(key.key) ?? { value: key.default, origin: DEFAULT_ORIGIN, baseDir: cwd };
  const value = key.isPath ? absolute(raw.value, raw.baseDir) : structuredClone(raw.value);
  return { key: key.key, value, origin: raw.origin };
}

/** A path, or an object of paths. */
function absolute(value: unknown, baseDir: string): unknown {
  if (typeof value === 'string') return resolve(baseDir, value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, path]) => [name, absolute(path, baseDir)]));
}

function buildTree(entries: readonly ConfigEntry[]): Config {
  const tree: Record<string, Record<string, unknown>> = {};
  for (const { key, value } of entries) {
    const [section = '', leaf = ''] = key.split('.');
    tree[section] ??= {};
    if (value !== undefined) tree[section][leaf] = value;
  }
  // Every leaf was validated against the schema that `Config` is derived from.
  return deepFreeze(tree) as unknown as Config;
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

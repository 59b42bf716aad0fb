import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, resolve } from 'node:path';
import type Yaml from 'yaml';
import { NaraeError } from '../../core/index.js';
import { invalid, unknownKey } from '../check.js';
import { CONFIG_KEYS, findKey } from '../keys.js';
import type { Origin, RawValue } from '../origin.js';
import { suggestion } from '../suggest.js';

/** Names looked for in the working directory, the first that exists wins. */
const FILE_NAMES = ['narae.config.json', 'narae.config.yaml', 'narae.config.yml'] as const;

const LIMIT_BYTES = 1_048_576;
const SECTIONS = new Set(CONFIG_KEYS.map(({ key }) => key.slice(0, key.indexOf('.'))));

/** The file to read: the one asked for, or one of `FILE_NAMES` in `cwd`; undefined when there is none. */
export function findConfigFile(cwd: string, asked?: string): string | undefined {
  if (asked !== undefined) return resolve(cwd, asked);
  return FILE_NAMES.map((name) => resolve(cwd, name)).find((path) => existsSync(path));
}

/** Values of a configuration file. Throws `config_file_unreadable`, `config_unknown_key` or `config_invalid`. */
export function readConfigFile(path: string): RawValue[] {
  const origin: Origin = { kind: 'file', path };
  const tree = parseTree(path);
  if (tree === null || tree === undefined) return [];
  if (!isObject(tree)) throw unreadable(path, 'it must hold an object of sections such as "server"');
  return Object.entries(tree).flatMap(([name, part]) => readSection(name, part, origin, dirname(path)));
}

function readSection(name: string, part: unknown, origin: Origin, baseDir: string): RawValue[] {
  if (!SECTIONS.has(name)) throw unknownKey(name, origin, suggestKey(name));
  if (part === null) return [];
  if (!isObject(part)) throw invalid(name, 'must be an object', origin);
  return Object.entries(part).flatMap(([leaf, value]) => {
    const key = `${name}.${leaf}`;
    if (!findKey(key)) throw unknownKey(key, origin, suggestKey(key));
    return value === null ? [] : [{ key, value, origin, baseDir }];
  });
}

/** The nearest key or section; a leaf written under the wrong section, or none, is found by its own name. */
function suggestKey(wrong: string): string {
  const leaf = wrong.slice(wrong.lastIndexOf('.') + 1);
  const sameLeaf = CONFIG_KEYS.find(({ key }) => key.slice(key.indexOf('.') + 1) === leaf);
  const candidates = [...CONFIG_KEYS.map(({ key }) => key), ...SECTIONS];
  return suggestion(wrong, candidates) || (sameLeaf ? suggestion(sameLeaf.key, [sameLeaf.key]) : '');
}

function parseTree(path: string): unknown {
  const text = readText(path);
  try {
    return extname(path) === '.json' ? JSON.parse(text) : parseYaml(text);
  } catch (cause) {
    throw unreadable(path, firstLine(cause), cause);
  }
}

/** Loaded for the files that need it: it would cost every start 20 ms. */
function parseYaml(text: string): unknown {
  return (createRequire(import.meta.url)('yaml') as typeof Yaml).parse(text);
}

function readText(path: string): string {
  try {
    if (statSync(path).size > LIMIT_BYTES) throw unreadable(path, `it is larger than ${LIMIT_BYTES} bytes`);
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    if (cause instanceof NaraeError) throw cause;
    throw unreadable(path, readReason(cause), cause);
  }
}

function readReason(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'EACCES':
      return 'it may not be read';
    case 'EISDIR':
      return 'it is a folder';
    default:
      return firstLine(cause);
  }
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split('\n', 1)[0]?.replace(/[.:]$/, '') ?? '';
}

function unreadable(path: string, reason: string, cause?: unknown): NaraeError {
  return new NaraeError('config_file_unreadable', { values: { path, reason }, cause });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
